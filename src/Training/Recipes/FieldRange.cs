using System.Globalization;
using System.Numerics;

namespace Understudy.Training.Recipes;

/// <summary>What a number in a recipe may be.</summary>
/// <param name="Words">As a message says it after "must be".</param>
internal sealed record FieldRange(string Words, Func<double, bool> Holds)
{
    public static FieldRange AtLeastOne { get; } = new("at least 1", value => value >= 1);

    public static FieldRange NotNegative { get; } = new("0 or more", value => value >= 0 && double.IsFinite(value));

    public static FieldRange AboveZero { get; } = new("above 0", value => value > 0 && double.IsFinite(value));

    public static FieldRange Share { get; } = new("0 to 1", value => value is >= 0 and <= 1);

    public static FieldRange BelowOne { get; } = new("at least 0 and below 1", value => value is >= 0 and < 1);

    public static FieldRange PowerOfTwo { get; } = new("a power of two, 2 or more", value => value >= 2 && BitOperations.IsPow2((long)value));

    /// <summary>Every number that is outside its range, with its field.</summary>
    /// <param name="at">The field that the others stand in; null for the recipe itself.</param>
    public static IEnumerable<string> Problems(string? at, params IEnumerable<(string Field, IFormattable Value, FieldRange Range)> fields) => fields
        .Where(field => !field.Range.Holds(Convert.ToDouble(field.Value, CultureInfo.InvariantCulture)))
        .Select(field => FormattableString.Invariant($"'{(at is null ? "" : at + ".")}{field.Field}' is {field.Value}; it must be {field.Range.Words}."));
}
