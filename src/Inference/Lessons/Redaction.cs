using System.Text.RegularExpressions;
using Understudy.Inference.Pipelines;

namespace Understudy.Inference.Lessons;

/// <summary>Takes out of a text what points to a person: e-mail addresses, and numbers of five digits and more, however they are grouped. Thread-safe.</summary>
public static partial class Redaction
{
    private const int LongNumber = 5;

    public static string Apply(string text) => Number().Replace(
        Address().Replace(text, "<address>"),
        match => match.Value.Count(char.IsAsciiDigit) >= LongNumber ? "<number>" : match.Value);

    /// <summary>Whether there is nothing to take out of a vote's tokens: a number may stand in several, and tokens of a text that is another now are of no use.</summary>
    internal static bool Spares(TierVote vote) =>
        Spares(vote.Completion ?? "")
        && (vote.Chances is not { } chances || (Spares(string.Concat(chances.Select(chance => chance.Token))) && chances.SelectMany(chance => chance.Top.Keys).All(Spares)));

    private static bool Spares(string text) => Apply(text) == text;

    [GeneratedRegex(@"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex(@"\+?[0-9](?:[ ().\-/]{0,2}[0-9])*", RegexOptions.NonBacktracking)]
    private static partial Regex Number();
}
