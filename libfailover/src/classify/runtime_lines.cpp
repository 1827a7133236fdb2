// The lines with which agent runtimes report their provider. Everything else on a terminal may be a tool's
// output or the model's prose.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "characters.hpp"
#include "classify/error_lines.hpp"
#include "classify/evidence.hpp"
#include "classify/openings.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::array provider_addresses{
    "anthropic.com", "api.openai.com", "chatgpt.com", "deepseek.com", "openrouter.ai", "googleapis.com",
    "amazonaws.com", "api.z.ai",       "moonshot",    "bigmodel.cn",  "aliyuncs.com",  "minimax",
    "api.x.ai",      "groq.com",       "mistral.ai",  "together.",    "fireworks.ai",  "githubcopilot.com",
    "azure.com",     "kimi.com",       "cursor",      "copilot",      "openrouter",    "litellm",
    "codex",         "openai",         "anthropic",   "deepseek",     "gemini"};

struct Spelt {
  std::vector<std::string> openings, bare;
  std::array<std::vector<std::uint16_t>, 256> by_letter;  ///< openings, by their first byte
  std::vector<std::uint16_t> inside;                      ///< those that may follow a model's name
};

const Spelt& spelt() {
  static const Spelt made = [] {
    Spelt all;
    for (const Opening& it : openings()) {
      const auto index = static_cast<std::uint16_t>(all.openings.size());
      const std::string& words = all.openings.emplace_back(plain(it.words));
      auto& list =
          it.place == Spot::inside ? all.inside : all.by_letter[static_cast<unsigned char>(words[0])];
      list.push_back(index);
    }
    for (const std::string_view it : bare_errors()) all.bare.push_back("error" + plain(it));
    return all;
  }();
  return made;
}

/// A runtime that prints nothing but "ERROR" and the words of a status.
bool bare_error(std::string_view text) {
  if (text.size() > 80 || !text.starts_with("ERROR") || text.substr(5, 1) == ":") return false;
  std::string said = plain(text);
  while (said.ends_with('.')) said.pop_back();
  return std::ranges::find(spelt().bare, said) != spelt().bare.end();
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

/// "RateLimitError: …", after the package's name.
bool is_exception(std::string_view rest) {
  const std::string_view name = rest.substr(0, std::min<std::size_t>(rest.find(':'), 64));
  return name.size() < rest.size() &&
         (name.ends_with("error") || name.ends_with("timeout") || name.ends_with("exception"));
}

bool stands(Spot place, std::string_view rest, bool edge) {
  switch (place) {
    case Spot::anywhere: return true;
    case Spot::edge:
    case Spot::inside: return edge;
    case Spot::sentence: return edge && ends_sentence(rest);
    case Spot::exception: return is_exception(rest);
    case Spot::provider:
      return edge &&
             std::any_of(provider_addresses.begin(), provider_addresses.end(), [&](std::string_view address) {
               return rest.find(address) != std::string_view::npos;
             });
  }
  return false;
}

/// `told`: "Error:" came before.
bool opens(std::string_view plain, bool edge, bool told) {
  if (plain.empty()) return false;
  const Spelt& all = spelt();
  for (const std::uint16_t i : all.by_letter[static_cast<unsigned char>(plain[0])]) {
    const Opening& it = openings()[i];
    if ((told && !it.after_error) || !plain.starts_with(all.openings[i])) continue;
    if (stands(it.place, plain.substr(all.openings[i].size()), edge)) return true;
  }
  return false;
}

/// What may come before an opening, as plain text spells it.
constexpr std::array<std::string_view, 8> error_prefixes{
    "error:",           "fatalerror:",    "runfailed:",  "agenterror:",
    "executionfailed:", "requestfailed:", "taskfailed:", "lasterror:"};

/// An exception of LiteLLM's or the AI SDK's, whatever the line says before it.
bool passes_on_exception(std::string_view plain) {
  constexpr std::array<std::string_view, 3> packages{"litellm.", "aiapicall", "airetry"};
  return std::ranges::any_of(packages, [plain](std::string_view package) {
    const std::size_t at = plain.find(package);
    return at < 200 && (at == 0 || plain[at - 1] == ':') && is_exception(plain.substr(at + package.size()));
  });
}

/// A line of opencode's log, which names the provider and the AI SDK's exception.
bool log_line(std::string_view plain) {
  return (plain.find("providerid=") != std::string_view::npos ||
          plain.find("service=session") != std::string_view::npos) &&
         (plain.find("aiapicallerror") != std::string_view::npos ||
          plain.find("airetryerror") != std::string_view::npos);
}

bool runtime_line(std::string_view plain, bool edge, std::optional<int> exit_code) {
  bool told = false;
  for (std::string_view line = plain;; told = true) {
    line = undecorated(line);
    if (opens(line, edge, told)) return true;
    const auto prefix = std::ranges::find_if(error_prefixes, [&](auto it) { return line.starts_with(it); });
    if (prefix != error_prefixes.end())
      line.remove_prefix(prefix->size());
    else if (starts_with_status(line))  // "401 {…}"
      line.remove_prefix(3);
    else if (line.starts_with("http") && starts_with_status(line.substr(4)) && line.size() > 8)
      line.remove_prefix(line[7] == ':' ? 8 : 7);  // "HTTP 429: …"
    else if (line.starts_with('(') && starts_with_status(line.substr(1)) && line.size() > 5)  // "(402) …"
      line.remove_prefix(5);
    else
      break;
  }
  plain = undecorated(plain);
  if (log_line(plain)) return true;
  if (!edge)
    return plain.starts_with("agent") && plain.find("failed:agentterminatedearly") != std::string_view::npos;
  if (passes_on_exception(plain)) return true;
  for (const std::uint16_t i : spelt().inside)
    if (plain.find(spelt().openings[i]) < 60) return true;
  return curl_line(plain, exit_code);
}

/// From the last line upwards to the first that is neither the runtime's error nor below one. Errors that
/// stand together are one: the last may only say that the runtime gave up.
std::string_view last_error(std::string_view text, std::optional<int> exit_code) {
  std::string_view above = text;
  std::string_view found;
  PlainText plain;
  for (int lines = 0; lines < 48 && !above.empty(); ++lines) {
    const std::size_t end = above.rfind('\n');
    const std::size_t begin = end == std::string_view::npos ? 0 : end + 1;
    const std::string_view line = above.substr(begin);
    above = above.substr(0, begin == 0 ? 0 : begin - 1);
    if (!found.empty() && trimmed(line).empty()) continue;
    const bool edge = lines == 0 || begin == 0;
    plain.clear();
    plain.append(line.substr(0, 384));
    // A hint counts as an error only when there is none above it.
    if (runtime_line(plain.view(), edge, exit_code) && (begin == 0 || !hint(plain.view())))
      found = text.substr(begin);
    else if (!found.empty() || !below_an_error(line, plain.view()))
      break;
  }
  return found;
}

/// Of a process that ended with 0, an error counts only when it is all that was printed: an answer may quote
/// any line of the runtime, but goes on.
bool read_lone_error(std::string_view body, Evidence& evidence) {
  if (body.size() > 2048 || body.find('\n') != std::string_view::npos) return false;
  PlainText plain;
  plain.append(body);
  std::string_view line = undecorated(plain.view());
  const bool bracketed = line.starts_with("[apierror:") && body.ends_with(']');
  while (line.starts_with("error:")) line.remove_prefix(6);
  const bool named = line.starts_with("aiapicallerror:") || line.starts_with("airetryerror:") ||
                     line.starts_with("providerautherror") || line.starts_with("providermodelnotfounderror");
  if (!bracketed && !named) return false;
  read_provider_text(body, evidence);
  return true;
}

std::string_view last_line(std::string_view text) {
  return trimmed(text.substr(text.find_last_of('\n') + 1));
}

}  // namespace

bool read_runtime_lines(std::string_view text, std::optional<int> exit_code, Evidence& evidence) {
  constexpr std::size_t reach = 65536;
  if (text.size() > reach) text.remove_prefix(text.size() - reach);
  text = trimmed(text);
  if (text.empty()) return false;
  std::string_view found = last_error(text, exit_code);
  if (found.empty()) {
    PlainText first;
    first.append(text.substr(0, std::min<std::size_t>(text.find('\n'), 256)));
    if (runtime_line(first.view(), true, exit_code) || bare_error(text))
      found = text;
    else
      found = lone_error(text);
  }
  if (found.empty()) return false;
  read_provider_text(found, evidence);
  return true;
}

bool read_own_words(std::string_view words, std::optional<int> exit_code, Evidence& evidence) {
  if (read_runtime_lines(words, exit_code, evidence)) return true;
  if (!speaks_of_model(words)) return false;
  read_provider_text(words, evidence);
  return true;
}

struct FromJson {
  bool known;  ///< it was an agent's events, or its one document
  std::optional<Decided> decided;
};

FromJson read_cli_json(const Outcome& outcome, Evidence& evidence) {
  const std::string_view body = trimmed(outcome.body);
  if (!body.starts_with('{') && !body.starts_with("[{")) return {false, {}};
  if (body.starts_with('{') && body.find("\"is_error\"") != std::string_view::npos)
    return {true, read_stream_json(outcome, evidence)};
  bool known = false;
  const auto decided = read_agent_events(outcome, evidence, known);
  if (known) return {true, decided};
  if (decided || evidence.passed_on.empty()) return {false, {}};
  if (body.find("\"success\"") == std::string_view::npos && body.find("\"status\"") == std::string_view::npos)
    return {false, {}};
  return {read_own_words(evidence.passed_on, outcome.exit_code, evidence), {}};
}

std::optional<Decided> read_cli_text(const Outcome& outcome, Evidence& evidence) {
  if (const auto json = read_cli_json(outcome, evidence); json.known) return json.decided;
  const std::string_view body = trimmed(outcome.body);
  if (body.empty()) return Decided{Kind::task_error, "nothing-said"};
  if (outcome.exit_code == 0) {
    if (body.starts_with("Execution error")) return Decided{Kind::task_error, "execution-error", body};
    if (!read_lone_error(body, evidence)) return Decided{Kind::success, "exit-zero"};
    return std::nullopt;
  }
  if (outcome.exit_code.value_or(1) >= 128 || outcome.exit_code.value_or(1) < 0)
    return Decided{Kind::task_error, "killed", last_line(body), true};
  if (!read_runtime_lines(body, outcome.exit_code, evidence))
    return Decided{Kind::task_error, "no-runtime-line", body, true};
  return std::nullopt;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
