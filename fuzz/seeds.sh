#!/usr/bin/env bash
# Makes seeds for every target out of the captured requests: fuzz/seeds/<target>/.
set -euo pipefail
cd "$(dirname "$0")"
captured=../tests/fixtures/corpus
rm -rf seeds

# One seed: target, name, choice byte (or none), file.
seed() {
    mkdir -p "seeds/$1"
    { if [ -n "$3" ]; then printf "\\x$(printf %02x "$3")"; fi; cat "$4"; } >"seeds/$1/$2"
}

for file in "$captured"/*/*.bin; do
    name=$(basename "$(dirname "$file")")-$(basename "$file" .bin)
    kind=${file##*-}
    kind=${kind%.bin}
    case $kind in metrics) number=0 ;; logs) number=1 ;; *) number=2 ;; esac
    case $(head -c 2 "$file" | od -An -tx1 | tr -d ' \n') in
    1f8b)
        seed unpacking "$name" 1 "$file"
        seed handler "$name" $((number + 6)) "$file"
        gunzip -c <"$file" >seeds/unpacked
        seed "protobuf_$kind" "$name" "" seeds/unpacked
        ;;
    7b*)
        seed "json_$kind" "$name" "" "$file"
        seed handler "$name" $((number + 3)) "$file"
        ;;
    *)
        seed "protobuf_$kind" "$name" "" "$file"
        seed handler "$name" "$number" "$file"
        ;;
    esac
done
rm -f seeds/unpacked

# No client was captured that sends these.
mkdir -p seeds/json_traces seeds/token seeds/unpacking
printf '%s' '{"resourceSpans":[{"resource":{"attributes":[{"key":"user.email","value":{"stringValue":"abc@xyz.com"}}]},"scopeSpans":[{"scope":{"name":"x"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"n","kind":1,"startTimeUnixNano":"1790000000000000000","endTimeUnixNano":1790000000000000001,"attributes":[{"key":"k","value":{"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":[{"doubleValue":"NaN"},{"bytesValue":"AAEC"}]}}}]}}}],"events":[{"name":"e","timeUnixNano":"1"}],"links":[{"traceId":"","flags":1}],"status":{"code":2,"message":"m"}}]}]}]}' >seeds/json_traces/all
printf 'Bearer dbk_ingest_%016x_%064x' 7 9 >seeds/token/bearer
printf 'bearer%%20dbk_api_%016x_%064x' 7 9 >seeds/token/encoded
for codec in zstd xz; do
    if command -v $codec >/dev/null; then
        { printf '\x03'; printf 'some text %.0s' {1..50} | $codec -c; } >"seeds/unpacking/$codec"
    fi
done
{ printf '\x00'; printf 'plain'; } >seeds/unpacking/plain
