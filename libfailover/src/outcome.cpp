#include "understudy/failover/outcome.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

std::string_view to_string(Surface surface) {
  switch (surface) {
    case Surface::http: return "http";
    case Surface::sdk_exception: return "sdk_exception";
    case Surface::cli_stream_json: return "cli_stream_json";
    case Surface::cli_text: return "cli_text";
  }
  return "?";  // unreachable for a value made by the language
}

std::optional<Surface> parse_surface(std::string_view text) {
  for (const Surface surface :
       {Surface::http, Surface::sdk_exception, Surface::cli_stream_json, Surface::cli_text})
    if (to_string(surface) == text) return surface;
  return std::nullopt;
}

std::string_view to_string(Transport transport) {
  switch (transport) {
    case Transport::refused: return "refused";
    case Transport::reset: return "reset";
    case Transport::timeout: return "timeout";
    case Transport::dns: return "dns";
    case Transport::tls: return "tls";
    case Transport::closed: return "closed";
    case Transport::unreachable: return "unreachable";
  }
  return "?";  // unreachable for a value made by the language
}

std::optional<Transport> parse_transport(std::string_view text) {
  for (const Transport transport : all_transports)
    if (to_string(transport) == text) return transport;
  return std::nullopt;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
