using System.Globalization;

namespace Understudy.Cli.Bench.RecordedModels;

/// <summary>What a model costs, in dollars a million tokens.</summary>
/// <param name="Input">Read; samples drawn together read the prompt once.</param>
/// <param name="Output">Written.</param>
/// <param name="Assumed">Nobody said so: a tenth of the next model's.</param>
internal sealed record TokenPrice(double Input, double Output, bool Assumed = false)
{
    /// <summary>List prices of 2023, when the public records were made.</summary>
    private static readonly Dictionary<string, TokenPrice> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["llama2_13b"] = new(0.225, 0.225),
        ["gpt35"] = new(1.5, 2),
        ["gpt4"] = new(30, 60),
    };

    /// <summary>A price for every model: as given, else as known, else assumed from the model after it; the last costs 1 when nobody knows.</summary>
    public static IReadOnlyDictionary<string, TokenPrice> For(IReadOnlyList<string> models, IReadOnlyDictionary<string, TokenPrice> given)
    {
        Dictionary<string, TokenPrice> prices = [];
        var next = new TokenPrice(10, 10);
        foreach (var model in models.Reverse())
        {
            next = given.GetValueOrDefault(model) ?? Known.GetValueOrDefault(model) ?? new(next.Input / 10, next.Output / 10, Assumed: true);
            prices[model] = next;
        }

        return prices;
    }

    /// <summary>Reads <c>NAME=INPUT/OUTPUT</c>.</summary>
    public static (string Model, TokenPrice Price)? Parse(string text)
    {
        var (name, numbers) = text.Split('=', 2) is [var n, var rest] ? (n, rest.Split('/')) : ("", []);
        return name.Length > 0 && numbers.Length == 2 && Positive(numbers[0]) is { } input && Positive(numbers[1]) is { } output ? (name, new(input, output)) : null;
    }

    private static double? Positive(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value > 0 && double.IsFinite(value) ? value : null;
}
