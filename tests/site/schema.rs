//! Whether a JSON value is what an OpenAPI document says: the part of JSON Schema that the document uses, and stricter
//! in one point: a property that the schema does not name is a mistake in the document.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// What is wrong with `value`, each with its place; empty when it fits.
pub fn mismatches(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "$", &mut found);
    found
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let Some(reference) = schema["$ref"].as_str() else { return schema };
    let pointer = reference.strip_prefix('#').expect("a reference inside the document");
    let target = document.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"));
    resolve(document, target)
}

fn check(document: &Value, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
    let schema = resolve(document, schema);
    for key in schema.as_object().expect("a schema is an object").keys() {
        let known = [
            "type",
            "properties",
            "required",
            "items",
            "enum",
            "const",
            "oneOf",
            "anyOf",
            "allOf",
            "pattern",
            "format",
            "minimum",
            "maximum",
            "description",
            "title",
            "example",
            "default",
            "additionalProperties",
        ];
        assert!(known.contains(&key.as_str()), "this check does not know the keyword {key}");
    }
    if let Some(one_of) = schema["oneOf"].as_array().or(schema["anyOf"].as_array()) {
        let fits = one_of.iter().any(|schema| mismatches(document, schema, value).is_empty());
        if !fits {
            found.push(format!("{place}: {value} fits none of {one_of:?}"));
        }
        return;
    }
    if !schema["type"].is_null() && !types(schema).any(|name| has_type(value, name)) {
        found.push(format!("{place}: {value} is no {}", schema["type"]));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        found.push(format!("{place}: {value} is none of {allowed:?}"));
    }
    if let Some(text) = value.as_str() {
        check_text(schema, text, place, found);
    }
    if let Some(number) = value.as_f64()
        && schema["minimum"].as_f64().is_some_and(|minimum| number < minimum)
    {
        found.push(format!("{place}: {number} is too small"));
    }
    if let (Some(items), false) = (value.as_array(), schema["items"].is_null()) {
        for (at, item) in items.iter().enumerate() {
            check(document, &schema["items"], item, &format!("{place}[{at}]"), found);
        }
    }
    if let Some(object) = value.as_object() {
        check_object(document, schema, object, place, found);
    }
}

fn check_object(
    document: &Value,
    schema: &Value,
    object: &Map<String, Value>,
    place: &str,
    found: &mut Vec<String>,
) {
    let (mut properties, mut required) = (Map::new(), BTreeSet::new());
    collect(document, schema, &mut properties, &mut required);
    for name in required.iter().filter(|name| !object.contains_key(name.as_str())) {
        found.push(format!("{place}: {name} is missing"));
    }
    for (name, value) in object {
        match properties.get(name) {
            Some(schema) => check(document, schema, value, &format!("{place}.{name}"), found),
            None => found.push(format!("{place}: {name} is not documented")),
        }
    }
}

/// The properties of an object schema, those that it takes over by `allOf` included.
fn collect(
    document: &Value,
    schema: &Value,
    properties: &mut Map<String, Value>,
    required: &mut BTreeSet<String>,
) {
    let schema = resolve(document, schema);
    properties.extend(schema["properties"].as_object().cloned().unwrap_or_default());
    let names = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
    required.extend(names.iter().filter_map(Value::as_str).map(str::to_owned));
    for part in schema["allOf"].as_array().map(Vec::as_slice).unwrap_or_default() {
        collect(document, part, properties, required);
    }
}

fn types(schema: &Value) -> impl Iterator<Item = &str> {
    let several = schema["type"].as_array().map(Vec::as_slice).unwrap_or_default();
    schema["type"].as_str().into_iter().chain(several.iter().filter_map(Value::as_str))
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("an unknown type {other}"),
    }
}

fn check_text(schema: &Value, text: &str, place: &str, found: &mut Vec<String>) {
    let slug = |text: &str| {
        text.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        })
    };
    let fits = match (schema["pattern"].as_str(), schema["format"].as_str()) {
        (None, None) => true,
        (Some("^[a-z0-9]+(-[a-z0-9]+)*$"), None) => slug(text),
        (None, Some("date")) => text.parse::<jiff::civil::Date>().is_ok(),
        other => panic!("this check does not know {other:?}"),
    };
    if !fits {
        found.push(format!("{place}: {text:?} is not of the form that is documented"));
    }
}
