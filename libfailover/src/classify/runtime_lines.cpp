// The lines with which agent runtimes report their provider. Everything else on a terminal may be a tool's
// output or the model's prose.
#include <algorithm>
#include <array>
#include <string>

#include "classify/evidence.hpp"

namespace understudy::failover {
namespace {

/// How a line must stand for its opening to be believed.
enum class Place : std::uint8_t {
  anywhere,  ///< the opening is a signature by itself
  edge,      ///< an ordinary sentence: only as the first or the last line
};

struct Opening {
  std::string_view words;
  Place place;
};

// https://code.claude.com/docs/en/errors; github.com/openai/codex; github.com/google-gemini/gemini-cli;
// curl.se/docs
constexpr std::array openings{
    Opening{"api error", Place::anywhere},
    Opening{"[api error", Place::anywhere},
    Opening{"failed to authenticate. api error", Place::anywhere},
    Opening{"failed to authenticate", Place::edge},
    Opening{"please run /login", Place::edge},
    Opening{"not logged in", Place::edge},
    Opening{"login expired", Place::edge},
    Opening{"oauth token", Place::edge},
    Opening{"oauth authentication", Place::edge},
    Opening{"anthropic profile login", Place::edge},
    Opening{"aws authentication failed", Place::edge},
    Opening{"invalid api key", Place::edge},
    Opening{"missing api key", Place::edge},
    Opening{"your organization has disabled", Place::edge},
    Opening{"your organization does not have access", Place::edge},
    Opening{"your account does not have access", Place::edge},
    Opening{"this organization has been disabled", Place::edge},
    Opening{"your anthropic_api_key", Place::edge},
    Opening{"your apikeyhelper", Place::edge},
    Opening{"could not load the default credentials", Place::edge},
    Opening{"credit balance is too low", Place::edge},
    Opening{"your credit balance", Place::edge},
    Opening{"spend limit reached", Place::edge},
    Opening{"spend limit unavailable", Place::edge},
    Opening{"claude ai usage limit reached", Place::edge},
    Opening{"claude usage limit reached", Place::edge},
    Opening{"claude opus 4 limit reached", Place::edge},
    Opening{"usage limit reached", Place::edge},
    Opening{"5 hour limit reached", Place::edge},
    Opening{"weekly limit reached", Place::edge},
    Opening{"session limit reached", Place::edge},
    Opening{"opus limit reached", Place::edge},
    Opening{"opus weekly limit reached", Place::edge},
    Opening{"sonnet limit reached", Place::edge},
    Opening{"limit reached", Place::edge},
    Opening{"youve hit your", Place::edge},
    Opening{"youve reached your", Place::edge},
    Opening{"you have hit your", Place::edge},
    Opening{"you have reached your", Place::edge},
    Opening{"you have exhausted your", Place::edge},
    Opening{"youre out of extra usage", Place::edge},
    Opening{"youre out of usage", Place::edge},
    Opening{"youre now using extra usage", Place::edge},
    Opening{"prompt is too long", Place::edge},
    Opening{"context limit reached", Place::edge},
    Opening{"conversation too long", Place::edge},
    Opening{"error during compaction", Place::edge},
    Opening{"request too large", Place::edge},
    Opening{"theres an issue with the selected model", Place::edge},
    Opening{"cant reach the api", Place::edge},
    Opening{"no internet route", Place::edge},
    Opening{"couldnt connect through your proxy", Place::edge},
    Opening{"failed to connect to api.", Place::edge},
    Opening{"unable to connect to api", Place::edge},
    Opening{"unable to connect to anthropic", Place::edge},
    Opening{"connection to api", Place::edge},
    Opening{"ssl certificate error", Place::edge},
    Opening{"ssl certificate verification failed", Place::edge},
    Opening{"network error:", Place::edge},
    Opening{"request timed out", Place::edge},
    Opening{"request rejected (429)", Place::edge},
    Opening{"server is temporarily limiting", Place::edge},
    Opening{"repeated 529", Place::edge},
    Opening{"repeated server overload", Place::edge},
    Opening{"bedrock streaming response", Place::edge},
    Opening{"agent terminated early due to an api error", Place::edge},
    Opening{"error: youve hit your", Place::edge},
    Opening{"error: stream disconnected", Place::edge},
    Opening{"error: unexpected status", Place::edge},
    Opening{"error: exceeded retry limit", Place::edge},
    Opening{"stream error:", Place::edge},
    Opening{"stream disconnected before", Place::edge},
    Opening{"exceeded retry limit", Place::edge},
    Opening{"unexpected status", Place::edge},
    Opening{"were finishing verifying your account", Place::edge},
};

/// Sentences whose subject, a model's name, comes first.
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
  bool again = true;
  while (again) {
    again = false;
    for (const std::string_view mark :
         {"⎿", "⏺", "●", "■", "✕", "✗", "✖", "⚠", "▲", "│", "┃", "❌", "×", ">", "!", ":"})
      if (plain.starts_with(mark)) plain.remove_prefix(mark.size()), again = true;
    if (plain.starts_with("claudeexit")) {
      const std::size_t colon = plain.find(':');
      if (colon == std::string_view::npos || colon > 14) return plain;
      plain.remove_prefix(colon + 1);
      again = true;
    }
  }
  return plain;
}

struct Openings {
  std::array<std::string, openings.size()> words;
  std::array<std::string, inner.size()> parts;
};

std::string squeezed(std::string_view words) {
  PlainText text;
  text.append(words);
  return std::string{text.view().substr(0, text.view().size() - 1)};
}

const Openings& spelt() {
  static const Openings made = [] {
    Openings all;
    for (std::size_t i = 0; i < openings.size(); ++i) all.words[i] = squeezed(openings[i].words);
    for (std::size_t i = 0; i < inner.size(); ++i) all.parts[i] = squeezed(inner[i]);
    return all;
  }();
  return made;
}

/// "curl: (28) …" is the runtime's own line when the process was curl: its exit code says so.
bool curl_line(std::string_view plain, std::optional<int> exit_code) {
  if (!plain.starts_with("curl:(") || !exit_code) return false;
  return plain.substr(6).starts_with(std::to_string(*exit_code) + ")");
}

bool runtime_line(std::string_view plain, bool edge, std::optional<int> exit_code) {
  const Openings& all = spelt();
  for (std::size_t i = 0; i < openings.size(); ++i)
    if ((edge || openings[i].place == Place::anywhere) && plain.starts_with(all.words[i])) return true;
  if (!edge)
    return plain.starts_with("agent") && plain.find("failed:agentterminatedearly") != std::string_view::npos;
  for (const std::string& part : all.parts)
    if (const std::size_t at = plain.find(part); at != std::string_view::npos && at < 60) return true;
  return curl_line(plain, exit_code);
}

}  // namespace

bool read_runtime_lines(std::string_view text, std::optional<int> exit_code, Evidence& evidence) {
  constexpr std::size_t reach = 65536;
  constexpr std::string_view blanks = " \t\r\n";
  if (text.size() > reach) text.remove_prefix(text.size() - reach);
  text = text.substr(std::min(text.find_first_not_of(blanks), text.size()));
  text = text.substr(0, text.find_last_not_of(blanks) + 1);
  if (text.empty()) return false;
  std::string_view found;
  const auto consider = [&](std::string_view line, bool edge) {
    if (!found.empty() && line.data() <= found.data()) return;
    PlainText plain;
    plain.append(line.substr(0, 256));
    // what follows the runtime's line belongs to it: wrapped text, a JSON body, a list of causes
    if (runtime_line(undecorated(plain.view()), edge, exit_code))
      found = text.substr(static_cast<std::size_t>(line.data() - text.data()));
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
