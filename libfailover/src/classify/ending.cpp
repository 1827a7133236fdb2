#include "classify/ending.hpp"

#include <array>

#include "characters.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

/// Language runtimes say it; that the kernel killed a process for it only the edge knows.
bool ran_out_of_memory(const Outcome& outcome) {
  constexpr std::array words{"heap out of memory", "Out of memory: Killed", "std::bad_alloc",
                             "fatal error: runtime: out of memory", "java.lang.OutOfMemoryError"};
  for (const std::string_view word : words)
    if (outcome.body.find(word) != std::string::npos) return true;
  return false;
}

bool from_cli(Surface surface) {
  return surface == Surface::cli_text || surface == Surface::cli_stream_json;
}

}  // namespace

std::string how_it_ended(const Outcome& outcome) {
  if (!from_cli(outcome.surface)) {
    if (outcome.transport) return std::string{meaning_of(*outcome.transport).words};
    return outcome.status ? "status " + std::to_string(*outcome.status) : std::string{};
  }
  const bool silent = trimmed(outcome.body).empty();
  std::string said;
  if (!outcome.exit_code)
    said = "ended without an exit code";
  else if (const int signal = *outcome.exit_code - 128; signal > 0 && signal < 65)  // as shells report it
    said = "killed by signal " + std::to_string(signal);
  else
    said = "exit code " + std::to_string(*outcome.exit_code) + (silent ? ", no output" : "");
  if (ran_out_of_memory(outcome)) said += ", out of memory";
  return said;
}

TransportMeaning meaning_of(Transport transport) {
  switch (transport) {
    case Transport::refused: return {Kind::network, "transport-refused", "the connection was refused"};
    case Transport::reset: return {Kind::network, "transport-reset", "the connection was reset"};
    case Transport::timeout:
      return {Kind::timeout, "transport-timeout", "no answer came before the time ran out"};
    case Transport::dns: return {Kind::network, "transport-dns", "the host's name was not found"};
    case Transport::tls: return {Kind::network, "transport-tls", "the TLS handshake failed"};
    case Transport::closed:
      return {Kind::network, "transport-closed", "the connection was closed before the answer ended"};
    case Transport::unreachable:
      return {Kind::network, "transport-unreachable", "the host could not be reached"};
  }
  return {Kind::network, "transport", {}};  // unreachable for a value made by the language
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
