#include "otlp/decode.hpp"

#include <algorithm>
#include <optional>
#include <protozero/pbf_reader.hpp>

#include "otlp/attributes.hpp"
#include "text/hex.hpp"
#include "text/number.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::otlp {

namespace {

using protozero::pbf_reader;
using protozero::pbf_wire_type;
using protozero::tag_and_type;

constexpr auto fixed64_of(std::uint32_t field) {
  return tag_and_type(field, pbf_wire_type::fixed64);
}

/// Hexadecimal, padded with zeros.
std::string id_text(std::string_view bytes, std::size_t digits) {
  auto text = text::to_hex(bytes);
  if (text.size() < digits) text.insert(0, digits - text.size(), '0');
  return text;
}

std::optional<double> seconds(std::uint64_t nanoseconds) {
  if (nanoseconds == 0) return std::nullopt;
  return static_cast<double>(nanoseconds) / 1e9;
}

std::string context_text(const std::string& trace_id, const std::string& span_id) {
  return wire::ObjectText{}
      .text("trace_id", trace_id)
      .text("span_id", span_id)
      .flag("is_remote", false)
      .raw("trace_state", "{}")
      .done();
}

/// A text column cannot hold a NUL.
std::string plain_text(std::string_view text) {
  std::string plain;
  for (const char c : text) {
    if (c == '\0')
      plain += "\xEF\xBF\xBD";
    else
      plain += c;
  }
  return plain;
}

class Decoder {
 public:
  Decoded run(std::string_view protobuf) {
    pbf_reader request(protobuf.data(), protobuf.size());
    while (request.next(1, pbf_wire_type::length_delimited)) resource_spans(request.get_message());
    return std::move(decoded_);
  }

 private:
  /// The attempt that a span belongs to.
  struct Address {
    std::optional<std::string> rollout_id{};
    std::optional<std::string> attempt_id{};
    std::optional<std::string> sequence_id{};
  };
  static Address address_in(const Attributes& attributes) {
    return {attributes.text("agentlightning.rollout_id"), attributes.text("agentlightning.attempt_id"),
            attributes.text("agentlightning.span_sequence_id")};
  }

  /// What a resource says of all its spans.
  struct Origin {
    Address address{};
    std::string problem{};
    std::string json{};
  };

  void resource_spans(pbf_reader group) {
    budget_.element();
    Attributes attributes;
    std::string_view schema_url;
    std::vector<pbf_reader> scopes;
    while (group.next()) {
      switch (group.tag_and_type()) {
        case bytes_of(1):
          for (auto resource = group.get_message(); resource.next(1, pbf_wire_type::length_delimited);)
            attributes.add(resource.get_message(), budget_);
          break;
        case bytes_of(2):
          budget_.element();
          scopes.push_back(group.get_message());
          break;
        case bytes_of(3): schema_url = view(group.get_view()); break;
        default: group.skip();
      }
    }
    budget_.bytes(wire::quoted_size(schema_url));
    const Origin origin{
        .address = address_in(attributes),
        .problem = attributes.problem(),
        .json =
            wire::ObjectText{}.raw("attributes", attributes.json()).text("schema_url", schema_url).done()};
    for (auto& scope : scopes)
      while (scope.next(2, pbf_wire_type::length_delimited)) span(scope.get_message(), origin);
  }

  void span(pbf_reader message, const Origin& origin) {
    if (++seen_ > max_spans) throw wire::BudgetExceeded{};
    budget_.element();
    store::SpanRow row;
    Attributes attributes;
    wire::ArrayText events;
    wire::ArrayText links;
    std::string_view trace_id;
    std::string_view span_id;
    std::string_view parent_id;
    std::string_view name;
    problem_.clear();
    while (message.next()) {
      switch (message.tag_and_type()) {
        case bytes_of(1): trace_id = view(message.get_view()); break;
        case bytes_of(2): span_id = view(message.get_view()); break;
        case bytes_of(4): parent_id = view(message.get_view()); break;
        case bytes_of(5): name = view(message.get_view()); break;
        case fixed64_of(7): row.start_time = seconds(message.get_fixed64()); break;
        case fixed64_of(8): row.end_time = seconds(message.get_fixed64()); break;
        case bytes_of(9): attributes.add(message.get_message(), budget_); break;
        case bytes_of(11): events.raw(event(message.get_message())); break;
        case bytes_of(13): links.raw(link(message.get_message())); break;
        case bytes_of(15): status(message.get_message(), row); break;
        default: message.skip();
      }
    }
    auto address = address_in(attributes);
    if (!address.rollout_id) address.rollout_id = origin.address.rollout_id;
    if (!address.attempt_id) address.attempt_id = origin.address.attempt_id;
    if (!address.sequence_id) address.sequence_id = origin.address.sequence_id;
    if (!address.rollout_id || !address.attempt_id) {
      ++decoded_.skipped;
      return;
    }
    budget_.bytes(address.rollout_id->size() + address.attempt_id->size() + 3 * name.size());
    row.name = plain_text(name);
    row.rollout_id = std::move(*address.rollout_id);
    row.attempt_id = std::move(*address.attempt_id);
    row.sequence_id = sequence(address.sequence_id);
    constexpr std::size_t longest_id = 64;
    note(attributes.problem());
    note(origin.problem);
    if (std::max({trace_id.size(), span_id.size(), parent_id.size()}) > longest_id) note("an id is too long");
    if (!problem_.empty()) return reject(row.name);
    row.trace_id = id_text(trace_id, 32);
    row.span_id = id_text(span_id, 16);
    if (!parent_id.empty()) row.parent_id = id_text(parent_id, 16);
    row.attributes = attributes.json();
    row.events = std::move(events).done();
    row.links = std::move(links).done();
    row.context = context_text(row.trace_id, row.span_id);
    budget_.bytes(sizeof row + origin.json.size());  // the store keeps it with each of them
    row.resource = origin.json;
    decoded_.spans.push_back(std::move(row));
  }

  static std::optional<std::int64_t> sequence(const std::optional<std::string>& text) {
    const auto number = text ? text::parse_number<std::int64_t>(*text) : std::nullopt;
    return number && *number >= 0 ? number : std::nullopt;
  }

  /// What is kept of an event or link beside its own bytes, which may be two.
  static constexpr std::size_t event_overhead = 48;
  static constexpr std::size_t link_overhead = 128;

  std::string event(pbf_reader message) {
    budget_.element();
    std::string_view name;
    std::uint64_t at = 0;
    Attributes attributes;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case fixed64_of(1): at = message.get_fixed64(); break;
        case bytes_of(2): name = view(message.get_view()); break;
        case bytes_of(3): attributes.add(message.get_message(), budget_); break;
        default: message.skip();
      }
    }
    note(attributes.problem());
    budget_.bytes(wire::quoted_size(name) + event_overhead);
    return wire::ObjectText{}
        .text("name", name)
        .raw("attributes", attributes.json())
        .float_or_null("timestamp", seconds(at))
        .done();
  }

  std::string link(pbf_reader message) {
    budget_.element();
    std::string_view trace_id;
    std::string_view span_id;
    Attributes attributes;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case bytes_of(1): trace_id = view(message.get_view()); break;
        case bytes_of(2): span_id = view(message.get_view()); break;
        case bytes_of(4): attributes.add(message.get_message(), budget_); break;
        default: message.skip();
      }
    }
    note(attributes.problem());
    budget_.bytes(2 * (trace_id.size() + span_id.size()) + link_overhead);
    return wire::ObjectText{}
        .raw("context", context_text(id_text(trace_id, 32), id_text(span_id, 16)))
        .raw("attributes", attributes.empty() ? "null" : attributes.json())
        .done();
  }

  void status(pbf_reader message, store::SpanRow& row) {
    std::optional<std::string> description;
    while (message.next()) {
      switch (message.tag_and_type()) {
        case bytes_of(2): {
          const auto text = view(message.get_view());
          budget_.bytes(wire::quoted_size(text));
          description = text;
          break;
        }
        case tag_and_type(3, pbf_wire_type::varint): {
          const auto code = message.get_enum();
          row.status_code = code == 1 ? "OK" : code == 2 ? "ERROR" : "UNSET";
          break;
        }
        default: message.skip();
      }
    }
    if (description && description->empty()) description.reset();
    row.status = wire::ObjectText{}
                     .text("status_code", row.status_code)
                     .text_or_null("description", description)
                     .done();
  }

  void note(const std::string& problem) {
    if (problem_.empty()) problem_ = problem;
  }
  void reject(const std::string& name) {
    if (decoded_.rejected++ == 0) decoded_.reason = "span '" + name.substr(0, 200) + "': " + problem_;
  }

  wire::Budget budget_{max_elements, max_kept};
  std::size_t seen_{0};
  Decoded decoded_;
  std::string problem_;  ///< of the span that is being read
};

}  // namespace

std::expected<Decoded, std::string> decode_traces(std::string_view protobuf) {
  try {
    return Decoder().run(protobuf);
  } catch (const protozero::exception&) {
    return std::unexpected(
        "Unable to parse OTLP traces payload: Error parsing message with type "
        "'opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest'");
  } catch (const wire::BudgetExceeded&) {
    return std::unexpected("A request may have at most " + std::to_string(max_spans) + " spans, " +
                           std::to_string(max_elements) + " attributes, events, links and elements, and " +
                           std::to_string(max_kept) + " bytes to keep");
  }
}

}  // namespace understudy::daemon::otlp
