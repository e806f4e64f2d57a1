using System.Globalization;

namespace Understudy.Bench;

/// <summary>The options of a verb: <c>--name value</c> and switches such as <c>--json</c>.</summary>
internal sealed class Arguments(string[] args)
{
    public bool Json => Has("--json");

    public bool Has(string name) => args.Contains(name);

    /// <exception cref="BadArgumentException">It is not a whole number from <paramref name="least"/> up.</exception>
    public int Number(string name, int otherwise, int least = 1)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least
            ? number
            : throw new BadArgumentException($"{name}: '{text}' is not a whole number from {least} up.");
    }

    /// <exception cref="BadArgumentException">The name stands last, without a value.</exception>
    public string? Text(string name)
    {
        var at = Array.IndexOf(args, name);
        return at < 0 ? null : at + 1 < args.Length ? args[at + 1] : throw new BadArgumentException($"{name} has no value. Give one after it.");
    }

    /// <summary>Finds out early that an option is misspelt.</summary>
    /// <exception cref="BadArgumentException">There is an option that the verb does not have.</exception>
    public void Know(params string[] names)
    {
        if (args.FirstOrDefault(arg => arg.StartsWith("--", StringComparison.Ordinal) && arg != "--json" && !names.Contains(arg)) is { } unknown)
        {
            throw new BadArgumentException($"{unknown} is not known. There are: {string.Join(", ", names.Append("--json"))}.");
        }
    }
}
