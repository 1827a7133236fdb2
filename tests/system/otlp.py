"""Just enough protobuf to send OpenTelemetry's traces without OpenTelemetry."""

import struct


def varint(number):
    number &= 2 ** 64 - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, value):
    """Bytes and strings are length-delimited, integers are varints."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def fixed64(number, value):
    return varint(number << 3 | 1) + struct.pack("<Q", value)


def any_value(value):
    if isinstance(value, bool):
        return field(2, int(value))
    if isinstance(value, int):
        return field(3, value)
    if isinstance(value, float):
        return varint(4 << 3 | 1) + struct.pack("<d", value)
    if isinstance(value, list):
        return field(5, b"".join(field(1, any_value(one)) for one in value))
    return field(1, value)


def attributes(number, values):
    return b"".join(field(number, field(1, key) + field(2, any_value(value))) for key, value in values.items())


def span(trace_id, span_id, parent_id, name, start_ns, end_ns, values, code):
    """Ids in hexadecimal; `code`: 0 is unset, 1 ok, 2 error."""
    return (field(1, bytes.fromhex(trace_id)) + field(2, bytes.fromhex(span_id))
            + (field(4, bytes.fromhex(parent_id)) if parent_id else b"") + field(5, name)
            + fixed64(7, start_ns) + fixed64(8, end_ns) + attributes(9, values) + field(15, field(3, code)))


def request(resource, spans):
    """An ExportTraceServiceRequest: the attributes of its one resource, and its spans."""
    return field(1, field(1, attributes(1, resource)) + field(2, b"".join(field(2, one) for one in spans)))


def rejected_spans(answer):
    """The number of rejected spans in an ExportTraceServiceResponse."""
    if not answer:
        return 0
    assert answer[0] == 0x0a and answer[2] == 0x08 and answer[3] < 128, answer
    return answer[3]
