#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/manual.hpp"

namespace understudy::daemon::app {

namespace {

/// What can follow: a file, a directory, one of a few words, or something that no shell knows.
enum class Kind { flag, file, directory, words, anything };

Kind kind_of(const OptionText& option) {
  const auto& value = option.by_position ? option.names.back() : option.value;
  if (value.empty()) return Kind::flag;
  if (value == "FILE") return Kind::file;
  if (value == "DIR") return Kind::directory;
  return value.find('|') != value.npos || value == "SHELL" ? Kind::words : Kind::anything;
}

std::string words_of(const OptionText& option) {
  if (option.by_position) return "bash zsh fish man";
  std::string words = option.value;
  for (char& c : words)
    if (c == '|') c = ' ';
  return words;
}

/// The first line, with a backslash before what the shell would take for its own in single quotes.
std::string short_help(std::string_view help, std::string_view special) {
  help = help.substr(0, help.find('\n'));
  while (help.ends_with(',') || help.ends_with(';')) help.remove_suffix(1);
  std::string out;
  for (const char c : help) {
    if (special.find(c) != special.npos) out += '\\';
    out += c;
  }
  return out;
}

/// In zsh a quote ends the string, and brackets and colons end a description.
std::string zsh_help(std::string_view help) {
  std::string out;
  for (const char c : short_help(help, "[]:\\")) out += c == '\'' ? "'\\''" : std::string(1, c);
  return out;
}

std::string fish_help(std::string_view help) {
  return short_help(help, "'\\");
}

std::string names_of(const CommandText& command) {
  std::vector<std::string> names;
  for (const auto& option : command.options)
    if (!option.by_position) names.insert(names.end(), option.names.begin(), option.names.end());
  return fmt::format("{}", fmt::join(names, " "));
}

std::string command_names(const std::vector<CommandText>& texts) {
  std::vector<std::string> names;
  for (const auto& command : texts)
    if (!command.name.empty()) names.push_back(command.name);
  return fmt::format("{}", fmt::join(names, " "));
}

std::string in_bash(const OptionText& option) {
  switch (kind_of(option)) {
    case Kind::file: return "compopt -o default; COMPREPLY=()";
    case Kind::directory: return "compopt -o dirnames; COMPREPLY=()";
    case Kind::words: return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))", words_of(option));
    case Kind::flag:
    case Kind::anything: return "COMPREPLY=()";
  }
  return "";
}

}  // namespace

std::string bash_completion(const std::vector<CommandText>& texts) {
  std::string after, begun, given;
  for (const auto& command : texts) {
    if (command.name.empty()) continue;
    begun += fmt::format("    {}) COMPREPLY=($(compgen -W '{}' -- \"$word\")) ;;\n", command.name,
                         names_of(command));
    for (const auto& option : command.options) {
      if (option.by_position)
        given += fmt::format("    {}) {} ;;\n", command.name, in_bash(option));
      else if (!option.value.empty())
        after +=
            fmt::format("    {}:{}) {}; return ;;\n", command.name, option.names.back(), in_bash(option));
    }
  }
  return fmt::format(R"(# bash completion for understudyd
_understudyd() {{
  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command=${{COMP_WORDS[1]}}
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '{} {}' -- "$word"))
    return
  fi
  case $command:$before in
{}  esac
  case $word in -*)
    case $command in
{}    esac
    return
  esac
  case $command in
{}    *) COMPREPLY=() ;;
  esac
}}
complete -F _understudyd understudyd
)",
                     command_names(texts), names_of(texts.front()), after, begun, given);
}

std::string zsh_completion(const std::vector<CommandText>& texts) {
  const auto action = [](const OptionText& option) -> std::string {
    switch (kind_of(option)) {
      case Kind::flag: return "";
      case Kind::file: return ":file:_files";
      case Kind::directory: return ":directory:_files -/";
      case Kind::words: return fmt::format(":value:({})", words_of(option));
      case Kind::anything: return ":value:";
    }
    return "";
  };
  std::string commands, cases;
  for (const auto& command : texts) {
    if (command.name.empty()) continue;
    commands += fmt::format("    '{}:{}'\n", command.name, zsh_help(command.help));
    cases += fmt::format("    {}) _arguments", command.name);
    for (const auto& option : command.options) {
      if (option.by_position) cases += fmt::format(" '1{}'", action(option));
      for (const auto& name : option.names)
        if (!option.by_position)
          cases += fmt::format(" \\\n      '{}[{}]{}'", name, zsh_help(option.help), action(option));
    }
    cases += " ;;\n";
  }
  return fmt::format(R"(#compdef understudyd
_understudyd() {{
  local -a commands
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
{}  esac
}}
if [ "$funcstack[1]" = _understudyd ]; then _understudyd "$@"; else compdef _understudyd understudyd; fi
)",
                     commands, cases);
}

std::string fish_completion(const std::vector<CommandText>& texts) {
  std::string out = "# fish completion for understudyd\ncomplete -c understudyd -f\n";
  for (const auto& command : texts) {
    const auto when = command.name.empty() ? std::string("__fish_use_subcommand")
                                           : "__fish_seen_subcommand_from " + command.name;
    if (!command.name.empty())
      out += fmt::format("complete -c understudyd -n __fish_use_subcommand -a {} -d '{}'\n", command.name,
                         fish_help(command.help));
    for (const auto& option : command.options) {
      out += fmt::format("complete -c understudyd -n '{}'", when);
      for (const auto& name : option.names)
        if (!option.by_position)
          out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      switch (kind_of(option)) {
        case Kind::flag: break;
        case Kind::file: out += option.by_position ? " -F" : " -r -F"; break;
        case Kind::directory: out += " -x -a '(__fish_complete_directories)'"; break;
        case Kind::words:
          out += fmt::format("{} -a '{}'", option.by_position ? "" : " -x", words_of(option));
          break;
        case Kind::anything: out += " -x"; break;
      }
      out += fmt::format(" -d '{}'\n", fish_help(option.help));
    }
  }
  return out;
}

}  // namespace understudy::daemon::app
