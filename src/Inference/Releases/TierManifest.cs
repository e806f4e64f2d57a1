using System.Text.Json.Serialization;
using Understudy.Inference.Cascades;
using Understudy.Inference.Features;

namespace Understudy.Inference.Releases;

/// <summary>A tier as the manifest describes it.</summary>
public sealed record TierManifest
{
    /// <summary>The kind of a language model.</summary>
    public const string Decoder = "decoder";

    /// <summary>The kind of a student that reads a request and tags its words (<see cref="FunctionCalls.CallTagger"/>).</summary>
    public const string Tagger = "tagger";

    public required string Name { get; init; }

    /// <summary><c>student</c> or <c>lead</c>.</summary>
    public required string Role { get; init; }

    /// <summary><c>linear</c> or <c>encoder</c>; <c>decoder</c>, or for a student <c>tagger</c>, in a release of a generation task.</summary>
    public required string Kind { get; init; }

    /// <summary>The model's file, one of the manifest's files.</summary>
    public required string Model { get; init; }

    /// <summary>The tokenizer's file; all but linear models have one.</summary>
    public string? Tokenizer { get; init; }

    /// <summary>Longer inputs are cut by an encoder; a decoder refuses more, prompt and output together.</summary>
    public int MaxTokens { get; init; }

    /// <summary>Logits are divided by it before the softmax; above 0.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// [tiers up to this one]: with what weights the log-probabilities of the students before it and, last, its own are added, once those have
    /// spoken; null for a student that speaks for itself.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Pool { get; init; }

    /// <summary>Students answer when their confidence is at least this; above 1 means never. The lead's is not read.</summary>
    public double Threshold { get; init; }

    /// <summary>Measured on the machine that made the release.</summary>
    public double MillisecondsPerItem { get; init; }

    public long Parameters { get; init; }

    public NgramOptions? Ngrams { get; init; }

    /// <summary>Made of <see cref="Pool"/>; null for a tier that speaks for itself.</summary>
    public OpinionPool? OpinionPool() => Pool is { } weights ? new(weights) : null;
}
