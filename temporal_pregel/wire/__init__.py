"""Between Python and the wire: envelopes (protobuf messages) <-> payloads, users' values <-> JSON text, limits.

What other parts call:

values      ``TypeRegistry(*declared_types)``  one a graph; knows the classes that the types name (``.add`` for more)
            ``registry.codec(declared)``       ``.encode(value, path) -> str``, ``.decode(text, path, validate=False)``
            ``encode / decode / strict_values(…, declared, types=registry)``   the same as functions
limits      ``digest(text)``, ``size_of(text)``, ``check_size(size, what, graph=, node=, …)``, ``Limits``, ``DEFAULT``
envelope    ``value(text) -> Value``, ``to_text(message)``, ``from_text(text, MessageType)``
payloads    ``raw_json(raw) -> str``           a client's own value, as JSON text
            ``parse(raw, MessageType | declared, types=registry)``
            ``raw_value(text) -> RawValue``, ``json_payload(text) -> Payload``
converter   ``data_converter(user) -> DataConverter``
errors      ``UnserializableValue``, ``UndecodableValue`` (``.path``), ``MalformedPayload`` (``.fault``),
            ``ValueTooLarge``; all are ``WireError`` and have a stable ``.code``
v1          the messages: ``temporal_pregel.wire.v1.{value,plan,task,run}_pb2``

Decoding a client's value, say ``validate=True`` (`parse` does): pydantic then checks it. What a graph's own task wrote
is restored as it was, without.
"""
