using System.Text.RegularExpressions;

namespace Understudy.Inference.Tokenization;

/// <summary>Reads the <c>pattern</c> of a part: <c>{"String": …}</c>, <c>{"Regex": …}</c> or a string.</summary>
internal static class PatternReader
{
    /// <returns>A regular expression.</returns>
    public static string Read(TokenizerNode node)
    {
        if (node.Find("pattern") is { ValueKind: System.Text.Json.JsonValueKind.String } plain)
        {
            return Regex.Escape(plain.GetString()!);
        }

        var pattern = node.Required("pattern");
        if (pattern.Find("Regex") is null)
        {
            return Regex.Escape(pattern.Text("String"));
        }

        var regex = pattern.Text("Regex");
        try
        {
            _ = new Regex(regex, RegexOptions.CultureInvariant);
            return regex;
        }
        catch (ArgumentException error)
        {
            throw new TokenizerInvalidException($"{pattern.Path}.Regex is not a regular expression that .NET can run: {error.Message}", error);
        }
    }
}
