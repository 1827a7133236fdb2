// What people type, and what they are told when it is not understood.
#include "app/command_line.hpp"

#include <catch2/catch.hpp>

using namespace understudy::daemon;
using namespace understudy::daemon::app;
using Catch::Contains;
using Catch::StartsWith;

namespace {

Command parse(std::vector<std::string> words) {
  return parse_command_line(words);
}

/// The sentence of a refusal, without the command's name before it and the hint behind it.
std::string refusal(std::vector<std::string> words) {
  const auto command = parse(std::move(words));
  const auto* print = std::get_if<Print>(&command);
  if (print == nullptr || print->status != bad_usage) return "taken";
  CHECK_THAT(print->text,
             StartsWith("understudyd") && Contains("\nTry 'understudyd") && Contains("--help'.\n"));
  const auto begin = print->text.find(": ") + 2;
  return print->text.substr(begin, print->text.find('\n') - begin);
}

std::string help(std::vector<std::string> words) {
  const auto command = parse(std::move(words));
  const auto& print = std::get<Print>(command);
  CHECK(print.status == 0);
  return print.text;
}

}  // namespace

TEST_CASE("serve takes its options in both spellings, the last one counts", "[command-line]") {
  const auto options =
      std::get<ServeOptions>(parse({"serve", "--config", "a.json", "--state-dir=/s", "--listen", "[::1]:80",
                                    "--config=b.json", "--store-scan-debounce-s", "0.5"}));
  CHECK(options.config_path == "b.json");
  CHECK(options.state_dir == "/s");
  CHECK(options.listen_host == "::1");
  CHECK(options.listen_port == 80);
  CHECK(options.store_scan_debounce_s == 0.5);
  CHECK_FALSE(options.demo);
  const auto demo = std::get<ServeOptions>(parse({"serve", "--demo", "--verbose"}));
  CHECK(demo.demo);
  CHECK(demo.verbose);
  CHECK(std::get<ServeOptions>(parse({"serve"})).store_scan_debounce_s == 1);
}

TEST_CASE("every command has its options", "[command-line]") {
  CHECK(std::get<CheckOptions>(parse({"check", "--state-dir", "/s", "a.json"})).file == "a.json");
  CHECK(std::get<DoctorOptions>(parse({"doctor", "--config", "a", "--state-dir", "/s"})).config_path == "a");
  CHECK(std::get<BackupOptions>(parse({"backup", "serve", "--state-dir", "/s"})).file == "serve");
  CHECK(std::get<RestoreOptions>(parse({"restore", "b.db", "--state-dir", "/s"})).state_dir == "/s");
  CHECK(std::holds_alternative<ClassifyOptions>(parse({"classify"})));
  const auto token = std::get<TokenOptions>(
      parse({"token", "--role", "store", "--name", "ci", "--expires", "2w", "--state-dir", "/s"}));
  CHECK(token.role == "store");
  CHECK(token.name == "ci");
  CHECK(token.lasts == std::chrono::weeks{2});
  const auto agent = std::get<demo::AgentArguments>(
      parse({"agent", "--seconds", "0.5", "--retries", "0", "--timeout-s", "9"}));
  CHECK(agent.seconds == 0.5);
  CHECK(agent.retries == 0);
  CHECK(agent.timeout_s == 9);
  const auto provider = std::get<scripted::ProviderArguments>(
      parse({"scripted-provider", "--listen", "127.0.0.1:5", "--script-json", "{}"}));
  CHECK(provider.at.port == 5);
  CHECK(provider.script_json == "{}");
}

TEST_CASE("help is everywhere, under the names that people try", "[command-line]") {
  for (const auto& words : std::vector<std::vector<std::string>>{{"--help"}, {"-h"}, {"help"}})
    CHECK_THAT(help(words), Contains("Usage: understudyd [OPTIONS] COMMAND") && Contains("doctor") &&
                                Contains("scripted-provider") && Contains("Exit status"));
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"serve", "--help"}, {"serve", "-h"}, {"help", "serve"}, {"serve", "--demo", "--help"}})
    CHECK_THAT(help(words), Contains("Usage: understudyd serve [OPTIONS]") && Contains("--listen ADDR:PORT"));
  for (const auto& text : command_texts()) {
    INFO(text.name);
    if (!text.name.empty())
      CHECK_THAT(help({text.name, "--help"}), Contains("Usage: understudyd " + text.name));
  }
  for (const auto* word : {"--version", "-V", "version"})
    CHECK_THAT(help({word}), StartsWith("understudyd "));
}

TEST_CASE("without a command the help says what there is, as bad usage", "[command-line]") {
  const auto command = parse({});
  CHECK(std::get<Print>(command).status == bad_usage);
  CHECK_THAT(std::get<Print>(command).text, Contains("Usage: understudyd"));
}

TEST_CASE("what is not known is named, with what was probably meant", "[command-line]") {
  CHECK(refusal({"dance"}) == "unknown command 'dance'");
  CHECK(refusal({"serv"}) == "unknown command 'serv'; did you mean 'serve'?");
  CHECK(refusal({"help", "chek"}) == "unknown command 'chek'; did you mean 'check'?");
  CHECK(refusal({"--colour"}) == "unknown option '--colour'");
  CHECK(refusal({"serve", "--colour", "blue"}) == "unknown option '--colour'");
  CHECK(refusal({"serve", "--lisen=x"}) == "unknown option '--lisen'; did you mean '--listen'?");
  CHECK(refusal({"--demo"}) == "'--demo' goes after a command, as in 'understudyd serve --demo'");
  CHECK(refusal({"--config", "x", "serve"}) == "'--config' goes right after the command");
  CHECK(refusal({"check", "a", "b"}) == "unexpected argument 'b'");
  CHECK(refusal({"classify", "file"}) == "unexpected argument 'file'");
}

TEST_CASE("a value that is missing or cannot be is named with what is wanted", "[command-line]") {
  CHECK(refusal({"check"}) == "FILE is required");
  CHECK(refusal({"check", ""}) == "FILE needs a value");
  CHECK(refusal({"serve", "--listen"}) == "--listen needs a value");
  CHECK(refusal({"serve", "--config", ""}) == "--config needs a value");
  CHECK(refusal({"serve", "--listen", "nowhere"}) == "--listen needs ADDR:PORT, got 'nowhere'");
  CHECK(refusal({"serve", "--store-scan-debounce-s", "soon"}) ==
        "--store-scan-debounce-s needs seconds from 0 to 3600, got 'soon'");
  CHECK(refusal({"serve", "--demo", "--config", "x"}) == "--demo has its own configuration");
  CHECK(refusal({"token", "--expires", GENERATE("banana", "30", "d", "0d", "-1d", "30y")})
            .starts_with("--expires needs a time such as 90m, 12h, 30d or 2w, got '"));
  CHECK(refusal({"token", "--role", "king"}) == "--role needs one of operator, viewer, store, got 'king'");
  CHECK(refusal({"agent", "--retries", "1.5"}) == "--retries needs a whole number from 0 to 15, got '1.5'");
  CHECK(refusal({"agent", "--seconds", "nan"}) == "--seconds needs a number from 0 to 86400, got 'nan'");
  CHECK(refusal({"completion", "csh"}) == "SHELL needs one of bash, zsh, fish, man, got 'csh'");
}

TEST_CASE("the manual and the completions have every command and every option", "[command-line]") {
  const auto without_escapes = [](std::string text) {
    std::erase(text, '\\');
    return text;
  };
  const auto man = without_escapes(help({"completion", "man"}));
  const auto bash = help({"completion", "bash"}), zsh = help({"completion", "zsh"}),
             fish = help({"completion", "fish"});
  for (const auto& command : command_texts()) {
    for (const auto& option : command.options) {
      const auto& name = option.names.back();
      INFO(command.name << ' ' << name);
      CHECK_FALSE(option.help.empty());
      CHECK_THAT(man, Contains(name));
      if (option.by_position) continue;
      CHECK_THAT(bash, Contains(name));
      CHECK_THAT(fish, Contains(" -l " + name.substr(2)));
      if (!command.name.empty()) CHECK_THAT(zsh, Contains("'" + name + "["));
    }
    if (command.name.empty()) continue;
    CHECK_THAT(man, Contains(".SS " + command.name + "\n"));
    CHECK_THAT(zsh, Contains("'" + command.name + ":"));
    CHECK_THAT(fish, Contains(" -a " + command.name + " "));
  }
}
