using System.CommandLine;
using System.CommandLine.Parsing;

namespace Understudy.Cli.Shell;

/// <summary>Runs one command line in process. Exit code 0: done; 1: failed; 2: bad usage.</summary>
internal static class CommandLine
{
    public const int Done = 0, Failed = 1, BadUsage = 2;

    public static async Task<int> RunAsync(string[] args, Surroundings surroundings, CancellationToken cancellationToken = default)
    {
        var parsed = new UnderstudyCommand(surroundings).Parse(args, new() { ResponseFileTokenReplacer = null }); // a text may begin with @
        if (parsed.Errors.Count > 0)
        {
            return Refuse(parsed, args, surroundings);
        }

        var configuration = new InvocationConfiguration
        {
            Output = surroundings.Output,
            Error = surroundings.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(40), // after Ctrl+C: to end what a command started
        };
        return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
    }

    private static int Refuse(ParseResult parsed, string[] args, Surroundings surroundings)
    {
        var message = string.Join(Environment.NewLine, parsed.Errors.Select(e => e.Message).Distinct());
        var screen = new Screen(surroundings, json: args.Contains("--json"));
        screen.Fail($"{message}{Environment.NewLine}See '{PathOf(parsed.CommandResult)} --help'.");
        return BadUsage;
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : UnderstudyCommand.CommandName;
}
