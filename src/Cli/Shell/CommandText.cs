using System.Globalization;

namespace Understudy.Cli.Shell;

/// <summary>A command as one would type it, for what a release says of how it was made.</summary>
internal static class CommandText
{
    /// <param name="name">The command's.</param>
    /// <param name="options">Those without a value are left out; one with several is repeated.</param>
    public static string Of(string name, params (string Option, object? Value)[] options) =>
        string.Join(' ', [$"understudy {name}", .. options.SelectMany(pair => Values(pair.Value).Select(value => $"{pair.Option} {Quoted(value)}"))]);

    private static IEnumerable<string> Values(object? value) => value switch
    {
        null => [],
        string text => [text],
        IEnumerable<string> several => several,
        _ => [Convert.ToString(value, CultureInfo.InvariantCulture)!],
    };

    private static string Quoted(string value) => value.Contains(' ') ? $"\"{value}\"" : value;
}
