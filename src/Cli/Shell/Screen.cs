using System.Text.Json;
using Spectre.Console;

namespace Understudy.Cli.Shell;

/// <summary>Where a command's result goes: standard output as one JSON object or for a person; everything else goes to standard error.</summary>
internal sealed class Screen(Surroundings surroundings, bool json)
{
    /// <summary>Lines of a file or a pipe are not broken.</summary>
    private const int WidthWithoutTerminal = 4096;

    public bool Json => json;

    /// <summary>The command's result. Called once, at its end.</summary>
    /// <param name="result">As JSON.</param>
    /// <param name="show">The same for a person.</param>
    public void Result(object result, Action<IAnsiConsole> show)
    {
        if (json)
        {
            surroundings.Output.WriteLine(JsonSerializer.Serialize(result, CliJson.Line));
        }
        else
        {
            show(Console(surroundings.Output));
        }
    }

    /// <summary>A line that is no result: a warning, or what was written where.</summary>
    public void Note(string line) => surroundings.Error.WriteLine(line);

    /// <summary>Why the command did not do its work; with <c>--json</c> also the one object on standard output.</summary>
    public void Fail(string message)
    {
        surroundings.Error.WriteLine(message);
        if (json)
        {
            surroundings.Output.WriteLine(JsonSerializer.Serialize(new { error = message }, CliJson.Line));
        }
    }

    /// <summary>Progress of a piece of work: drawn on a terminal, a line at its beginning elsewhere.</summary>
    public ProgressLine Progress(string what) => new(surroundings, what);

    private static IAnsiConsole Console(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!ReferenceEquals(output, System.Console.Out) || System.Console.IsOutputRedirected)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }

        return console;
    }
}
