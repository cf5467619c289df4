//! What every signal has: attributes and their values, resources and scopes. Maps field names
//! to fields, nothing more.

use opentelemetry_proto::tonic::common::v1::any_value::Value as AnyValueKind;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use serde::de::MapAccess;

use super::message::{Message, Value, keep, set};

impl Message for KeyValue {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "key" => set(&mut self.key, value.text()?),
            "value" => keep(&mut self.value, value.message()?),
            "keyStrindex" => set(&mut self.key_strindex, value.integer()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for AnyValue {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "stringValue" => keep(&mut self.value, value.text()?.map(AnyValueKind::StringValue)),
            "boolValue" => keep(&mut self.value, value.boolean()?.map(AnyValueKind::BoolValue)),
            "intValue" => keep(&mut self.value, value.integer()?.map(AnyValueKind::IntValue)),
            "doubleValue" => keep(&mut self.value, value.double()?.map(AnyValueKind::DoubleValue)),
            "arrayValue" => keep(&mut self.value, value.message()?.map(AnyValueKind::ArrayValue)),
            "kvlistValue" => keep(&mut self.value, value.message()?.map(AnyValueKind::KvlistValue)),
            "bytesValue" => keep(&mut self.value, value.base64()?.map(AnyValueKind::BytesValue)),
            "stringValueStrindex" => {
                keep(&mut self.value, value.integer()?.map(AnyValueKind::StringValueStrindex))
            }
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for ArrayValue {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "values" => set(&mut self.values, value.list()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for KeyValueList {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "values" => set(&mut self.values, value.list()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for Resource {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "attributes" => set(&mut self.attributes, value.list()?),
            "droppedAttributesCount" => set(&mut self.dropped_attributes_count, value.integer()?),
            "entityRefs" => set(&mut self.entity_refs, value.list()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for EntityRef {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "schemaUrl" => set(&mut self.schema_url, value.text()?),
            "type" => set(&mut self.r#type, value.text()?),
            "idKeys" => set(&mut self.id_keys, value.list()?),
            "descriptionKeys" => set(&mut self.description_keys, value.list()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl Message for InstrumentationScope {
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        value: Value<'_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "name" => set(&mut self.name, value.text()?),
            "version" => set(&mut self.version, value.text()?),
            "attributes" => set(&mut self.attributes, value.list()?),
            "droppedAttributesCount" => set(&mut self.dropped_attributes_count, value.integer()?),
            _ => value.skip()?,
        }
        Ok(())
    }
}
