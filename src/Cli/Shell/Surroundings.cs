namespace Understudy.Cli.Shell;

/// <summary>What a command reads from and writes to.</summary>
/// <param name="Input">Standard input, opened when asked for.</param>
/// <param name="Output">Results only.</param>
/// <param name="Error">Progress and messages.</param>
/// <param name="InputIsTerminal">Nothing is piped in, so reading would wait for a person.</param>
/// <param name="ErrorIsTerminal">Progress may be drawn and redrawn.</param>
internal sealed record Surroundings(Func<TextReader> Input, TextWriter Output, TextWriter Error, bool InputIsTerminal, bool ErrorIsTerminal)
{
    public static Surroundings OfThisProcess() =>
        new(() => Console.In, Console.Out, Console.Error, !Console.IsInputRedirected, !Console.IsErrorRedirected);
}
