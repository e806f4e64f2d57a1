using System.Text.Json.Serialization;

namespace Understudy.Inference.Sites;

/// <summary>A text with what the students made of it where the package was made: one line of <see cref="EdgePackage.SamplesFile"/>.</summary>
/// <param name="Text">As a caller would send it.</param>
/// <param name="Students">The calibrated probabilities by student that classifies, in the order of the labels.</param>
public sealed record PackageSample(string Text, IReadOnlyDictionary<string, float[]> Students)
{
    /// <summary>The texts by student that writes; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Written { get; init; }
}
