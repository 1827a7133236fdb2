// The lines with which agent runtimes report their provider. Everything else on a terminal may be a tool's
// output or the model's prose.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "characters.hpp"
#include "classify/error_lines.hpp"
#include "classify/evidence.hpp"
#include "classify/model_words.hpp"
#include "classify/openings.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::array provider_addresses{"anthropic.com",
                                        "api.openai.com",
                                        "chatgpt.com",
                                        "deepseek.com",
                                        "openrouter.ai",
                                        "generativelanguage.googleapis.com",
                                        "aiplatform.googleapis.com",
                                        "cloudcode-pa.googleapis.com",
                                        "oauth2.googleapis.com",
                                        "cloudaicompanion.googleapis.com",
                                        "bedrock",
                                        "api.z.ai",
                                        "moonshot",
                                        "bigmodel.cn",
                                        "aliyuncs.com",
                                        "minimax",
                                        "api.x.ai",
                                        "groq.com",
                                        "mistral.ai",
                                        "together.",
                                        "fireworks.ai",
                                        "githubcopilot.com",
                                        "azure.com",
                                        "kimi.com",
                                        "cursor",
                                        "copilot",
                                        "openrouter",
                                        "litellm",
                                        "codex",
                                        "openai",
                                        "anthropic",
                                        "deepseek",
                                        "gemini"};

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
  for (const std::string_view mark : {"\x01", ".", "·", "∙", "•", "(", "[", "|", ":"})
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

/// An exception of LiteLLM's or the AI SDK's, or the class of one as Python shows it, whatever the line says
/// before it.
bool passes_on_exception(std::string_view plain) {
  constexpr std::array<std::string_view, 3> packages{"litellm.", "aiapicall", "airetry"};
  constexpr std::array<std::string_view, 3> classes{"<classopenai.", "<classanthropic.", "<classlitellm."};
  return std::ranges::any_of(packages,
                             [plain](std::string_view package) {
                               const std::size_t at = plain.find(package);
                               return at < 200 && (at == 0 || plain[at - 1] == ':') &&
                                      is_exception(plain.substr(at + package.size()));
                             }) ||
         std::ranges::any_of(classes, [plain](std::string_view opened) { return plain.find(opened) < 200; });
}

/// `Post "https://api.anthropic.com/v1/messages": …`, as Go's clients begin, whatever a logger writes before
/// it.
bool go_request(std::string_view plain) {
  const std::size_t at = plain.find("posthttps://");
  return at < 120 && stands(Spot::provider, plain.substr(at), true);
}

/// "Error running remote compact task: We're currently …": what opens a line may also follow what failed.
bool opens_after_failure(std::string_view plain, bool edge) {
  constexpr std::array<std::string_view, 6> begun{"error", "failed", "fatal", "agent", "llm", "exception"};
  const std::size_t colon = plain.find(':');
  if (colon >= 60 || std::ranges::none_of(begun, [plain](auto it) { return plain.starts_with(it); }))
    return false;
  std::string_view rest = plain.substr(colon + 1);
  if (rest.starts_with("error:")) rest.remove_prefix(6);
  return opens(rest, edge, true);
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
  for (std::string_view line = plain;;) {
    line = undecorated(line);
    if (opens(line, edge, told)) return true;
    const std::size_t prefix = error_prefix(line);
    if (prefix == 0) break;
    told = told || !line.starts_with("internalerror:");  // that is JSON-RPC's word
    line.remove_prefix(prefix);
  }
  plain = undecorated(plain);
  if (log_line(plain)) return true;
  if (!edge)
    return plain.starts_with("agent") && plain.find("failed:agentterminatedearly") != std::string_view::npos;
  if (passes_on_exception(plain) || go_request(plain) || opens_after_failure(plain, edge)) return true;
  for (const std::uint16_t i : spelt().inside)
    if (plain.find(spelt().openings[i]) < 60) return true;
  return curl_line(plain, exit_code);
}

/// An item of a list or a quotation: the model's.
bool prose(std::string_view line) {
  line = trimmed(line);
  return line.starts_with("- ") || line.starts_with("* ") || line.starts_with('`') || line.starts_with("> ");
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
    if (!prose(line) && runtime_line(plain.view(), edge, exit_code) && (begin == 0 || !hint(plain.view())))
      found = text.substr(begin);
    else if (!found.empty() || !below_an_error(line, plain.view()))
      break;
  }
  return found;
}

/// "API Error: 529 is what your log shows": after a status the runtime begins anew, a sentence does not.
bool goes_on(std::string_view body) {
  std::string_view rest = body.substr(std::min(body.size(), body.find(':')));
  rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(": 0123456789")));
  return !rest.empty() && rest[0] >= 'a' && rest[0] <= 'z';
}

/// What runtimes print in place of an answer, and then end with 0. An answer that begins so goes on.
bool stands_for_answer(std::string_view body, std::string_view line) {
  if (line.starts_with("apierror:") && !goes_on(body))
    return body.ends_with('}') || body.ends_with("/login") ||
           (body.size() <= 100 && body.find("\xe2\x80\x94") == std::string_view::npos &&
            body.find(';') == std::string_view::npos);
  if (line.starts_with("claudeaiusagelimitreached|")) return std::ranges::all_of(line.substr(26), is_digit);
  if (line.starts_with("youvehityour")) return line.size() <= 120 && line.find("resets") != line.npos;
  constexpr std::array<std::string_view, 2> openings{"apicallfailedafter", "youhaverunoutofusagefor"};
  return std::ranges::any_of(openings, [line](auto it) { return line.starts_with(it); });
}

/// goose ends with 0 after its error, which it lets stand between these two.
std::string_view error_of_goose(std::string_view body) {
  if (!body.ends_with("transient or recoverable error.")) return {};
  const std::size_t at = body.rfind("\nRan into this error:");
  if (at != std::string_view::npos) return body.substr(at + 1);
  return body.starts_with("Ran into this error:") ? body : std::string_view{};
}

/// The second of two lines when the first is a wrapper's "Using …": it names the CLI that it starts.
std::string_view below_greeting(std::string_view body) {
  const std::size_t end = body.find('\n');
  return body.starts_with("Using ") && end < 80 && body[end - 1] != ':' ? body.substr(end + 1) : body;
}

/// Of a process that ended with 0, an error counts only when it is all that was printed: an answer may quote
/// any line of the runtime, but goes on.
bool read_lone_error(std::string_view body, Evidence& evidence) {
  if (const std::string_view error = error_of_goose(body); !error.empty()) {
    read_provider_text(error, evidence);
    return true;
  }
  if (body.size() > 2048) return false;
  body = below_greeting(body);
  if (body.find('\n') != std::string_view::npos) return false;
  PlainText plain;
  plain.append(body);
  std::string_view line = undecorated(plain.view());
  const bool bracketed = line.starts_with("[apierror:") && body.ends_with(']');
  while (line.starts_with("error:")) line.remove_prefix(6);
  const bool named = line.starts_with("aiapicallerror:") || line.starts_with("airetryerror:") ||
                     line.starts_with("providerautherror") || line.starts_with("providermodelnotfounderror");
  if (!bracketed && !named && !stands_for_answer(body, line)) return false;
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
    std::string_view rest = text;
    for (int hints = 0; hints < 2; ++hints) {  // "Retrying in 1.0 seconds..." may stand above the error
      first.clear();
      first.append(rest.substr(0, std::min<std::size_t>(rest.find('\n'), 256)));
      if (!hint(first.view()) || rest.find('\n') == std::string_view::npos) break;
      rest.remove_prefix(rest.find('\n') + 1);
    }
    if (runtime_line(first.view(), true, exit_code) || bare_error(text))
      found = text;
    else
      found = lone_error(text);
  }
  if (found.empty()) return false;
  constexpr std::string_view wrapper =
      "Internal error: ";  // of the agent's protocol, not the provider's word
  if (found.starts_with(wrapper)) found.remove_prefix(wrapper.size());
  read_provider_text(found, evidence);
  return true;
}

bool read_own_words(std::string_view words, std::optional<int> exit_code, Evidence& evidence) {
  if (read_runtime_lines(words, exit_code, evidence)) return true;
  if (!runtime_speaks_of_model(words)) return false;
  read_provider_text(words, evidence);
  return true;
}

struct FromJson {
  bool known;  ///< it was an agent's events, or its one document
  std::optional<Decided> decided;
};

FromJson read_cli_json(const Outcome& outcome, Evidence& evidence) {
  const std::string_view body = trimmed(outcome.body);
  const bool told = body.starts_with("Error: {");
  if (!body.starts_with('{') && !body.starts_with("[{") && !told) return {false, {}};
  if (!body.starts_with("[{") && body.find("\"is_error\"") != std::string_view::npos)
    return {true, read_stream_json(outcome, evidence)};
  if (told) return {false, {}};
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
