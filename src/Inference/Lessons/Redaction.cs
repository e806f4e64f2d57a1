using System.Text.RegularExpressions;

namespace Understudy.Inference.Lessons;

/// <summary>Takes out of a text what points to a person: e-mail addresses, and numbers of five digits and more, however they are grouped. Thread-safe.</summary>
public static partial class Redaction
{
    private const int LongNumber = 5;

    public static string Apply(string text) => Number().Replace(
        Address().Replace(text, "<address>"),
        match => match.Value.Count(char.IsAsciiDigit) >= LongNumber ? "<number>" : match.Value);

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex(@"\+?[0-9](?:[ ().\-/]{0,2}[0-9])*", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
