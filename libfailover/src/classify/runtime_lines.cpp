// The lines with which agent runtimes report their provider. Everything else on a terminal may be a tool's
// output or the model's prose.
#include <algorithm>
#include <array>
#include <string>

#include "characters.hpp"
#include "classify/evidence.hpp"

namespace understudy::failover {
namespace {

/// Where a line must stand for its opening to be believed. Any tool may print "Invalid API key"; the runtime
/// prints it as its first or last line, alone or before a "·".
enum class Place : std::uint8_t {
  anywhere,  ///< no tool writes this
  edge,      ///< only in the first or the last line
  sentence,  ///< at an edge, and the sentence ends there
  provider,  ///< at an edge, and the line names a provider's address
};

struct Opening {
  std::string_view words;
  Place place;
};

// clang-format off
// https://code.claude.com/docs/en/errors; github.com/openai/codex; github.com/google-gemini/gemini-cli; curl.se/docs
constexpr std::array openings{
    Opening{"api error:", Place::anywhere}, Opening{"api error (", Place::anywhere},
    Opening{"[api error:", Place::anywhere},
    Opening{"failed to authenticate. api error", Place::anywhere},
    Opening{"please run /login · api error", Place::anywhere},
    Opening{"failed to authenticate", Place::sentence}, Opening{"please run /login", Place::sentence},
    Opening{"not logged in", Place::sentence}, Opening{"login expired", Place::sentence},
    Opening{"oauth token revoked", Place::sentence}, Opening{"oauth token has expired", Place::sentence},
    Opening{"oauth authentication is currently", Place::edge},
    Opening{"anthropic profile login", Place::edge}, Opening{"aws authentication failed", Place::sentence},
    Opening{"invalid api key", Place::sentence}, Opening{"missing api key", Place::sentence},
    Opening{"your organization has disabled", Place::edge},
    Opening{"your organization does not have access to claude", Place::edge},
    Opening{"your account does not have access to claude", Place::edge},
    Opening{"this organization has been disabled", Place::edge},
    Opening{"your anthropic_api_key", Place::edge}, Opening{"your apikeyhelper", Place::edge},
    Opening{"could not load the default credentials", Place::sentence},
    Opening{"were finishing verifying your account", Place::edge},
    Opening{"credit balance is too low", Place::sentence},
    Opening{"your credit balance is too low", Place::edge},
    Opening{"spend limit reached", Place::sentence}, Opening{"spend limit unavailable", Place::sentence},
    Opening{"claude ai usage limit reached", Place::edge}, Opening{"claude usage limit reached", Place::edge},
    Opening{"claude opus 4 limit reached", Place::edge}, Opening{"usage limit reached", Place::sentence},
    Opening{"5 hour limit reached", Place::sentence}, Opening{"weekly limit reached", Place::sentence},
    Opening{"session limit reached", Place::sentence}, Opening{"opus limit reached", Place::sentence},
    Opening{"opus weekly limit reached", Place::sentence}, Opening{"sonnet limit reached", Place::sentence},
    Opening{"limit reached", Place::sentence},
    Opening{"youve hit your", Place::edge}, Opening{"you have hit your", Place::edge},
    Opening{"error: youve hit your", Place::edge},
    Opening{"youve reached your usage limit", Place::edge},
    Opening{"you have reached your usage limit", Place::edge},
    Opening{"you have reached your specified", Place::edge},
    Opening{"you have exhausted your daily quota", Place::edge},
    Opening{"you have exhausted your capacity", Place::edge},
    Opening{"youre out of extra usage", Place::edge}, Opening{"youre out of usage", Place::edge},
    Opening{"prompt is too long", Place::sentence}, Opening{"context limit reached", Place::sentence},
    Opening{"conversation too long", Place::sentence}, Opening{"error during compaction", Place::sentence},
    Opening{"request too large", Place::sentence},
    Opening{"theres an issue with the selected model", Place::edge},
    Opening{"cant reach the api server", Place::edge}, Opening{"no internet route", Place::edge},
    Opening{"couldnt connect through your proxy", Place::edge},
    Opening{"failed to connect to", Place::provider},
    Opening{"unable to connect to api", Place::sentence},
    Opening{"unable to connect to anthropic", Place::edge},
    Opening{"ssl certificate error (", Place::edge},
    Opening{"ssl certificate verification failed", Place::sentence},
    Opening{"network error: connection", Place::edge}, Opening{"network error: socket", Place::edge},
    Opening{"network error: fetch failed", Place::edge}, Opening{"network error: error sending", Place::edge},
    Opening{"request timed out", Place::sentence}, Opening{"request rejected (429)", Place::edge},
    Opening{"server is temporarily limiting requests", Place::edge},
    Opening{"repeated 529", Place::edge}, Opening{"repeated server overload", Place::edge},
    Opening{"bedrock streaming response", Place::edge},
    Opening{"agent terminated early due to an api error", Place::edge},
    Opening{"stream error: stream disconnected", Place::edge},
    Opening{"stream error: exceeded retry limit", Place::edge},
    Opening{"stream disconnected before completion", Place::edge},
    Opening{"error: stream disconnected before completion", Place::edge},
    Opening{"exceeded retry limit, last status", Place::edge},
    Opening{"error: exceeded retry limit, last status", Place::edge},
    Opening{"unexpected status", Place::provider}, Opening{"error: unexpected status", Place::provider},
};
// clang-format on

constexpr std::array provider_addresses{"anthropic.com", "api.openai.com", "chatgpt.com",
                                        "deepseek.com",  "openrouter.ai",  "googleapis.com",
                                        "amazonaws.com", "api.z.ai",       "moonshot"};

/// Sentences that begin with a model's name.
constexpr std::array inner{"is experiencing high load", "is not available with the claude",
                           "now uses usage credits", "is temporarily unavailable, so"};

/// The line around `at`.
std::string_view line_around(std::string_view text, std::size_t at) {
  const std::size_t before = text.substr(0, at).rfind('\n');
  const std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(text.find('\n', at), text.size());
  return text.substr(begin, end - begin);
}

/// Bullets, prompts and wrappers that terminals and harnesses put before the runtime's words.
std::string_view undecorated(std::string_view plain) {
  constexpr std::array<std::string_view, 16> marks{"⎿", "⏺", "●", "■", "✕", "✗", "✖", "⚠",
                                                   "▲", "│",   "┃", "❌", "×", ">", "!", ":"};
  while (true) {
    const auto mark = std::ranges::find_if(marks, [plain](auto it) { return plain.starts_with(it); });
    if (mark != marks.end()) {
      plain.remove_prefix(mark->size());
    } else if (plain.starts_with("claudeexit")) {  // "Claude exit 1: "
      const std::size_t colon = plain.find(':');
      if (colon > 14) return plain;  // also when there is none
      plain.remove_prefix(colon + 1);
    } else {
      return plain;
    }
  }
}

struct Openings {
  std::array<std::string, openings.size()> words;
  std::array<std::string, inner.size()> parts;
};

const Openings& spelt() {
  static const Openings made = [] {
    Openings all;
    for (std::size_t i = 0; i < openings.size(); ++i) all.words[i] = plain(openings[i].words);
    for (std::size_t i = 0; i < inner.size(); ++i) all.parts[i] = plain(inner[i]);
    return all;
  }();
  return made;
}

/// "curl: (28) …" is the runtime's own line when the exit code is 28 too: then the process was curl.
bool curl_line(std::string_view plain, std::optional<int> exit_code) {
  return exit_code && plain.starts_with("curl:(" + std::to_string(*exit_code) + ")");
}

bool ends_sentence(std::string_view rest) {
  for (const std::string_view mark : {"\x01", ".", "·", "∙", "•", "(", "|", ":"})
    if (rest.starts_with(mark)) return true;
  return rest.empty();
}

bool stands(Place place, std::string_view rest, bool edge) {
  switch (place) {
    case Place::anywhere: return true;
    case Place::edge: return edge;
    case Place::sentence: return edge && ends_sentence(rest);
    case Place::provider:
      return edge &&
             std::any_of(provider_addresses.begin(), provider_addresses.end(), [&](std::string_view address) {
               return rest.find(address) != std::string_view::npos;
             });
  }
  return false;
}

bool runtime_line(std::string_view plain, bool edge, std::optional<int> exit_code) {
  const Openings& all = spelt();
  for (std::size_t i = 0; i < openings.size(); ++i)
    if (plain.starts_with(all.words[i]) && stands(openings[i].place, plain.substr(all.words[i].size()), edge))
      return true;
  if (!edge)
    return plain.starts_with("agent") && plain.find("failed:agentterminatedearly") != std::string_view::npos;
  for (const std::string& part : all.parts)
    if (plain.find(part) < 60) return true;
  return curl_line(plain, exit_code);
}

/// Only footers, wrapped text or a JSON body follow the runtime's error. A plain line shows that the error is
/// in the middle of someone else's log.
bool nothing_plain_in(std::string_view after) {
  for (bool line_begins = false; const char c : after) {
    if (line_begins && (is_letter(c) || is_digit(c))) return false;
    line_begins = c == '\n';
  }
  return true;
}

}  // namespace

bool read_runtime_lines(std::string_view text, std::optional<int> exit_code, Evidence& evidence) {
  constexpr std::size_t reach = 65536;
  if (text.size() > reach) text.remove_prefix(text.size() - reach);
  text = trimmed(text);
  if (text.empty()) return false;
  std::string_view found;
  const auto consider = [&](std::string_view line, bool edge) {
    if (!found.empty() && line.data() <= found.data()) return;
    const auto begin = static_cast<std::size_t>(line.data() - text.data());
    if (!edge && !nothing_plain_in(text.substr(begin))) return;
    PlainText plain;
    plain.append(line.substr(0, 256));
    // What follows belongs to the line: wrapped text, a JSON body, a list of causes.
    if (runtime_line(undecorated(plain.view()), edge, exit_code)) found = text.substr(begin);
  };
  consider(line_around(text, 0), true);
  for (std::size_t at = text.find("API"); at != std::string_view::npos;) {
    const std::string_view after = text.substr(at + 3, 6);
    if (after.starts_with(" Error") || after.starts_with("Error")) consider(line_around(text, at), false);
    at = text.find("API", at + 3);
  }
  if (text.find('\n') != std::string_view::npos) consider(line_around(text, text.size() - 1), true);
  if (found.empty()) return false;
  read_provider_text(found, evidence);
  return true;
}

std::optional<Decided> read_cli_text(const Outcome& outcome, Evidence& evidence) {
  const std::string_view body = outcome.body;
  const bool blank = body.find_first_not_of(" \t\r\n") == std::string_view::npos;
  if (outcome.exit_code == 0) {
    if (blank) return Decided{Kind::task_error, "nothing-said"};
    if (body.starts_with("Execution error")) return Decided{Kind::task_error, "execution-error", body};
    return Decided{Kind::success, "exit-zero"};
  }
  if (blank) return Decided{Kind::task_error, "nothing-said"};
  if (outcome.exit_code.value_or(1) >= 128 || outcome.exit_code.value_or(1) < 0)
    return Decided{Kind::task_error, "killed"};
  if (!read_runtime_lines(body, outcome.exit_code, evidence))
    return Decided{Kind::task_error, "no-runtime-line", body};
  return std::nullopt;
}

}  // namespace understudy::failover
