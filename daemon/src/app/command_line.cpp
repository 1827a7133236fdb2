// The only file that includes CLI11, which takes long to compile.
#include "app/command_line.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cmath>
#include <functional>

#include "app/manual.hpp"
#include "http/authority.hpp"
#include "text/nearest.hpp"
#include "text/number.hpp"

namespace understudy::daemon::app {

namespace {

const std::string helpers = "For tests and the demo";

/// Names and values as they are typed, without the types of C++.
class HelpText final : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override {
    const auto type = option->get_positional() ? std::string() : option->get_type_name();
    return type.empty() ? type : " " + type;
  }
};

/// Takes the text of a value: empty, or a sentence that follows the option's name.
using Take = std::function<std::string(const std::string& text)>;

CLI::Option* value(CLI::App& command, const std::string& name, const std::string& kind, Take take,
                   const std::string& help) {
  auto* option = command.add_option_function<std::string>(
      name,
      [name, take = std::move(take)](const std::string& text) {
        const auto problem = text.empty() ? "needs a value" : take(text);
        if (!problem.empty()) throw CLI::ValidationError(name, problem);
      },
      help);
  return option->type_name(kind)->take_last();
}

Take into(std::string& target) {
  return [&target](const std::string& text) {
    target = text;
    return std::string();
  };
}

Take address_into(std::string& host, std::uint16_t& port) {
  return [&host, &port](const std::string& text) {
    const auto at = http::parse_host_port(text);
    if (!at) return "needs ADDR:PORT, got '" + text + "'";
    host = at->host;
    port = at->port;
    return std::string();
  };
}

/// `unit` is what the sentence asks for.
Take number(double most, std::string_view unit, std::function<void(double)> put) {
  return [most, unit, put = std::move(put)](const std::string& text) {
    const auto number = text::parse_number<double>(text);
    const bool is_whole = number && *number == std::floor(*number);
    if (!number || !(*number >= 0 && *number <= most) || (unit == "a whole number" && !is_whole))
      return fmt::format("needs {} from 0 to {:.0f}, got '{}'", unit, most, text);
    put(*number);
    return std::string();
  };
}

Take one_of(std::string& target, const std::vector<std::string>& known) {
  return [&target, known](const std::string& text) {
    if (std::ranges::find(known, text) == known.end())
      return fmt::format("needs one of {}, got '{}'", fmt::join(known, ", "), text);
    target = text;
    return std::string();
  };
}

/// "30d", "12h", "90m", "2w"
Take span_into(std::optional<std::chrono::milliseconds>& target) {
  return [&target](const std::string& text) -> std::string {
    constexpr std::int64_t most = 100'000;
    const auto count = text::parse_number<std::int64_t>(std::string_view(text).substr(0, text.size() - 1));
    const auto unit = text.back();
    if (!count || *count < 1 || *count > most ||
        std::string_view("mhdw").find(unit) == std::string_view::npos)
      return "needs a time such as 90m, 12h, 30d or 2w, got '" + text + "'";
    if (unit == 'm') target = std::chrono::minutes{*count};
    if (unit == 'h') target = std::chrono::hours{*count};
    if (unit == 'd') target = std::chrono::days{*count};
    if (unit == 'w') target = std::chrono::weeks{*count};
    return {};
  };
}

/// The parser, and where the values go.
class CommandLine {
 public:
  CommandLine() {
    app_.formatter(std::make_shared<HelpText>());
    app_.get_formatter()->column_width(30);
    app_.get_formatter()->label("SUBCOMMAND", "COMMAND");
    app_.get_formatter()->label("OPTIONS", "OPTIONS");
    app_.get_formatter()->label("Positionals", "Arguments");
    app_.set_help_flag("-h,--help", "shows this help");
    app_.set_version_flag("-V,--version", "understudyd " UNDERSTUDY_VERSION, "shows the version");
    app_.require_subcommand(1);
    app_.footer(
        "understudyd COMMAND --help tells more about a command.\n"
        "Exit status: 0, 1 for what failed, 2 for bad usage or a bad configuration.");
    add_serve();
    add_check();
    add_doctor();
    add_token();
    add_backup();
    add_restore();
    add_classify();
    add_completion();
    add_agent();
    add_scripted_provider();
  }

  Command parse(Args args) {
    std::vector<std::string> words(args.begin(), args.end());
    if (words.empty()) return Print{app_.help(), bad_usage};
    // As people type it elsewhere.
    if (words.front() == "version") words = {"--version"};
    if (words.front() == "help")
      words = words.size() > 1 ? std::vector{words[1], std::string("--help")}
                               : std::vector{std::string("--help")};
    try {
      app_.parse(std::vector<std::string>(words.rbegin(), words.rend()));
    } catch (const CLI::CallForVersion& version) {
      return Print{std::string(version.what()) + "\n"};
    } catch (const CLI::CallForHelp&) {
      if (const auto left = app_.remaining(); !left.empty() && app_.get_subcommands().empty())
        return refusal(unexpected_word(left.front()));
      return Print{app_.help()};
    } catch (const CLI::ParseError& error) {
      return refusal(sentence_of(error));
    }
    return std::move(command_);
  }

  std::vector<CommandText> texts() const {
    std::vector<CommandText> all{text_of(app_)};
    for (const auto* command : app_.get_subcommands([](const CLI::App*) { return true; }))
      all.push_back(text_of(*command));
    return all;
  }

 private:
  template <class Options>
  CLI::App& add(const std::string& name, const std::string& help, Options& options,
                const std::string& details, const std::string& group = "Commands") {
    auto* command = app_.add_subcommand(name, help)->group(group)->footer(details);
    command->callback([this, &options] { command_ = std::move(options); });
    return *command;
  }

  void add_state_dir(CLI::App& command, std::string& target) {
    value(command, "--state-dir", "DIR", into(target),
          "the daemon's state directory; else $XDG_STATE_HOME/understudy,\nelse ~/.local/state/understudy");
  }

  void add_serve() {
    auto& to = serve_;
    auto& command =
        add("serve", "runs the daemon in the foreground; it logs to stderr", to,
            "SIGTERM and SIGINT stop it: idle instances stop, tasks go on and are taken over by the\n"
            "next start. SIGHUP reads the configuration, certificate and token again.");
    value(command, "--config", "FILE", into(to.config_path),
          "the configuration; else config.json in the state directory");
    value(command, "--listen", "ADDR:PORT", address_into(to.listen_host, to.listen_port),
          "in place of the configuration's address, else 127.0.0.1:8787;\nport 0 takes any that is free");
    value(command, "--state-dir", "DIR", into(to.state_dir),
          "keeps everything there; else where the configuration says,\nelse $XDG_STATE_HOME/understudy, else "
          "~/.local/state/understudy");
    command.add_flag("--demo", to.demo,
                     "a fleet of scripted agents and providers on this machine alone;\nleaves nothing "
                     "behind");
    command.add_flag("--verbose", to.verbose, "shows the demo's log too, not only warnings");
    value(command, "--store-scan-debounce-s", "N",
          number(3600, "seconds", [&to](double seconds) { to.store_scan_debounce_s = seconds; }),
          "seconds between checks for overdue attempts (1);\n0 also checks before every read");
    command.callback([this, &to] {
      if (to.demo && !to.config_path.empty())
        throw CLI::ValidationError("--demo", "has its own configuration");
      command_ = std::move(to);
    });
  }

  void add_check() {
    auto& command = add("check", "lists every problem of a configuration", check_,
                        "Problems go to stdout, warnings to stderr. Exit status 2 when there is a problem.");
    value(command, "FILE", "", into(check_.file), "the configuration")->required();
    add_state_dir(command, check_.state_dir);
  }

  void add_doctor() {
    auto& command = add(
        "doctor", "looks for what keeps this machine from working", doctor_,
        "Looks at the configuration, keys, providers, agents' commands and directories, the container\n"
        "engine, disk, permissions, limits and the clock, and says how to mend what is wrong. It\n"
        "changes nothing and asks each provider for its models once. Exit status 1 when something is wrong.");
    value(command, "--config", "FILE", into(doctor_.config_path),
          "the configuration; else config.json in the state directory");
    add_state_dir(command, doctor_.state_dir);
  }

  void add_token() {
    auto& command =
        add("token", "prints the operator token, or creates a named one", token_,
            "Without --role, --name and --expires it prints the operator token of the state directory.\n"
            "With one of them the running daemon creates a named token, which is shown only once.");
    value(command, "--role", "operator|viewer|store", one_of(token_.role, {"operator", "viewer", "store"}),
          "what it may do (viewer)");
    value(command, "--name", "NAME", into(token_.name), "how it is listed; else its role");
    value(command, "--expires", "TIME", span_into(token_.lasts), "90m, 12h, 30d, 2w; else never");
    add_state_dir(command, token_.state_dir);
  }

  void add_backup() {
    auto& command =
        add("backup", "copies the database to a file, also while the daemon runs", backup_,
            "The copy is consistent and private (0600); a file that is there is not replaced. It has tasks,\n"
            "attempts, spans, events, states and named tokens, but not the configuration, the operator\n"
            "token and the directories of agents with their transcripts.");
    value(command, "FILE", "", into(backup_.file), "the new file")->required();
    add_state_dir(command, backup_.state_dir);
  }

  void add_restore() {
    auto& command =
        add("restore", "puts a backup in the database's place; stop the daemon first", restore_,
            "The backup is checked before anything is changed. The former database stays beside the new one\n"
            "as understudy.db.replaced-TIME.");
    value(command, "FILE", "", into(restore_.file), "a backup")->required();
    add_state_dir(command, restore_.state_dir);
  }

  void add_classify() {
    add("classify", "reads outcomes from stdin and prints verdicts, one JSON object per line", classify_,
        "An outcome has the fields of POST /agents/{name}/outcomes. A line that is none is answered with\n"
        "{\"error\"}.");
  }

  void add_completion() {
    auto* command = app_.add_subcommand("completion", "prints a shell's completions, or the manual page")
                        ->group("Commands")
                        ->footer("In bash: source <(understudyd completion bash)");
    value(*command, "SHELL", "", one_of(shell_, {"bash", "zsh", "fish", "man"}),
          "bash, zsh, fish, or man for the manual page")
        ->required();
    command->callback([this] { command_ = Print{completion_of(shell_, this->texts())}; });
  }

  void add_agent() {
    auto& command =
        add("agent", "the demo's agent: prompt on stdin, stream-json on stdout", agent_,
            "Makes one streamed call of the Messages API, over http only. Reads ANTHROPIC_BASE_URL,\n"
            "ANTHROPIC_MODEL, ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN, and CLAUDE_CODE_MAX_RETRIES.",
            helpers);
    value(command, "--seconds", "N",
          number(86'400, "a number", [this](double seconds) { agent_.seconds = seconds; }),
          "of work besides the call (0)");
    value(command, "--retries", "N",
          number(demo::max_agent_retries, "a whole number",
                 [this](double count) { agent_.retries = static_cast<int>(count); }),
          "of a call that failed (2)");
    value(command, "--timeout-s", "N",
          number(86'400, "a number", [this](double seconds) { agent_.timeout_s = seconds; }),
          "seconds for each call (60)");
  }

  void add_scripted_provider() {
    auto& command =
        add("scripted-provider", "a provider that answers and fails as a script says", provider_,
            "Prints `listening on http://ADDR:PORT`, and serves the Messages API until SIGINT or SIGTERM.\n"
            "docs/scripted-provider.md describes scripts.",
            helpers);
    value(command, "--listen", "ADDR:PORT", address_into(provider_.at.host, provider_.at.port),
          "else 127.0.0.1 and a free port");
    value(command, "--script", "FILE", into(provider_.script_file),
          "what it does; else it answers every call");
    value(command, "--script-json", "JSON", into(provider_.script_json),
          "the script itself, in place of a file");
  }

  Print refusal(const std::string& sentence) const {
    const auto chosen = app_.get_subcommands();
    const auto program = chosen.empty() ? "understudyd" : "understudyd " + chosen.front()->get_name();
    return {fmt::format("{}: {}\nTry '{} --help'.\n", program, sentence, program), bad_usage};
  }

  std::string sentence_of(const CLI::ParseError& error) const {
    const auto code = static_cast<CLI::ExitCodes>(error.get_exit_code());
    if (code == CLI::ExitCodes::ExtrasError || code == CLI::ExitCodes::RequiredError)
      if (const auto left = app_.remaining(true); !left.empty()) return unexpected_word(left.front());
    std::string text = error.what();
    const auto colon = text.find(": ");
    if (colon == text.npos) return text;
    if (code == CLI::ExitCodes::ArgumentMismatch) return text.substr(0, colon) + " needs a value";
    return text.replace(colon, 1, "");  // "--expires: needs a time …"
  }

  std::string unexpected_word(std::string_view word) const {
    const auto chosen = app_.get_subcommands();
    std::vector<std::string> known;
    std::string what = "unknown command";
    if (word.starts_with('-')) {
      what = "unknown option";
      word = word.substr(0, word.find('='));
      if (const auto command = chosen.empty() ? command_with(word) : ""; !command.empty())
        return fmt::format("'{0}' goes after a command, as in 'understudyd {1} {0}'", word, command);
      for (const auto* option : (chosen.empty() ? &app_ : chosen.front())->get_options())
        for (const auto& long_name : option->get_lnames()) known.push_back("--" + long_name);
    } else if (chosen.empty()) {
      for (const auto& command : texts())
        if (!command.name.empty()) known.push_back(command.name);
    } else {
      what = "unexpected argument";
    }
    auto sentence = fmt::format("{} '{}'", what, word);
    const auto meant = text::nearest_of(known, word);
    if (meant && *meant == word)
      sentence = fmt::format("'{}' goes right after the command", word);
    else if (meant)
      sentence += fmt::format("; did you mean '{}'?", *meant);
    return sentence;
  }

  /// The first that has the option; empty when none does.
  std::string command_with(std::string_view option) const {
    for (const auto& command : texts())
      for (const auto& one : command.options)
        if (!command.name.empty() && std::ranges::find(one.names, option) != one.names.end())
          return command.name;
    return {};
  }

  static CommandText text_of(const CLI::App& command) {
    CommandText text{.name = command.get_parent() ? command.get_name() : "",
                     .help = command.get_description(),
                     .details = command.get_footer(),
                     .group = command.get_group()};
    for (const auto* option : command.get_options()) {
      OptionText one{.help = option->get_description(), .by_position = option->get_positional()};
      for (const auto& name : option->get_snames()) one.names.push_back("-" + name);
      for (const auto& name : option->get_lnames()) one.names.push_back("--" + name);
      if (one.by_position) one.names.push_back(option->get_name(true));
      if (!one.by_position) one.value = option->get_type_name();
      text.options.push_back(std::move(one));
    }
    return text;
  }

  CLI::App app_{"keeps a fleet of LLM agents working when a provider fails", "understudyd"};
  Command command_{};
  std::string shell_{};
  ServeOptions serve_{};
  CheckOptions check_{};
  DoctorOptions doctor_{};
  TokenOptions token_{};
  BackupOptions backup_{};
  RestoreOptions restore_{};
  ClassifyOptions classify_{};
  demo::AgentArguments agent_{};
  scripted::ProviderArguments provider_{};
};

}  // namespace

Command parse_command_line(Args args) {
  return CommandLine().parse(args);
}

std::vector<CommandText> command_texts() {
  return CommandLine().texts();
}

}  // namespace understudy::daemon::app
