//! Walks what messages of all signals have in common, to every string in it.
//!
//! Messages are taken apart field by field, here and in `metrics`, `logs` and `traces`, so that a
//! field added to the protocol does not compile until somebody decides whether it holds text.

use super::values::Walk;
use opentelemetry_proto::tonic::common::v1::{EntityRef, InstrumentationScope};
use opentelemetry_proto::tonic::resource::v1::Resource;

impl Walk<'_> {
    /// Visits every part of a message.
    pub fn each<T>(&mut self, parts: &mut [T], visit: impl Fn(&mut Self, &mut T)) {
        for part in parts {
            visit(self, part);
        }
    }

    /// Who sent it.
    pub fn resource(&mut self, resource: &mut Option<Resource>) {
        let Some(resource) = resource else { return };
        let Resource { attributes, dropped_attributes_count: _, entity_refs } = resource;
        self.attributes("resource.attributes", attributes);
        self.each(entity_refs, |walk, entity| {
            let EntityRef { schema_url, r#type, id_keys, description_keys } = entity;
            walk.text("resource.entity", schema_url);
            walk.text("resource.entity", r#type);
            walk.each(id_keys, |walk, key| walk.text("resource.entity", key));
            walk.each(description_keys, |walk, key| walk.text("resource.entity", key));
        });
    }

    /// What recorded it.
    pub fn scope(&mut self, scope: &mut Option<InstrumentationScope>) {
        let Some(scope) = scope else { return };
        let InstrumentationScope { name, version, attributes, dropped_attributes_count: _ } = scope;
        self.text("scope.name", name);
        self.text("scope.version", version);
        self.attributes("scope.attributes", attributes);
    }
}
