using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Understudy.Cli.Shell;

/// <summary>Options whose value is a number. What is no number, or not one that is wanted, is refused with a line that says which is.</summary>
internal static class Numbers
{
    /// <param name="wanted">What may be given, such as "a whole number from 1 up".</param>
    /// <param name="allows">Whether a number is wanted; <see langword="null"/> when any is.</param>
    public static Option<T> Option<T>(string name, string description, string help, T value, string wanted, Func<T, bool>? allows = null)
        where T : struct, INumber<T> =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => value, CustomParser = result => Read(result, name, wanted, allows) ?? value };

    /// <summary>Without a default.</summary>
    public static Option<T?> Optional<T>(string name, string description, string help, string wanted, Func<T, bool>? allows = null)
        where T : struct, INumber<T> =>
        new(name) { Description = description, HelpName = help, CustomParser = result => Read(result, name, wanted, allows) };

    private static T? Read<T>(ArgumentResult result, string name, string wanted, Func<T, bool>? allows)
        where T : struct, INumber<T>
    {
        var text = result.Tokens[^1].Value;
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && T.IsFinite(number) && allows?.Invoke(number) != false)
        {
            return number;
        }

        result.AddError($"{name}: '{text}' is not {wanted}.");
        return null;
    }
}
