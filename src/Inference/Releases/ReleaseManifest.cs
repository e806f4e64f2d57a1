using System.Text.Json.Nodes;
using Understudy.Inference.Ensembles;
using Understudy.Inference.Speculation;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

/// <summary>The atomic unit that serves: which files, how calibrated, what promised. Stands in <c>models/{task}/{version}/release.json</c>.</summary>
public sealed record ReleaseManifest
{
    /// <summary>The manifest's file name.</summary>
    public const string FileName = "release.json";

    /// <summary>The format of this file; 1.</summary>
    public int Schema { get; init; } = 1;

    public required string Task { get; init; }

    /// <summary>The name of its folder: letters, digits, dots and hyphens, at most 64.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string Kind { get; init; }

    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary><c>text</c> or <c>mail</c>.</summary>
    public string Input { get; init; } = "text";

    /// <summary>How it was made, in one line: the command or the workflow.</summary>
    public string Recipe { get; init; } = "";

    public long Seed { get; init; }

    public required Guarantee Guarantee { get; init; }

    public required ThresholdReport Thresholds { get; init; }

    /// <summary>Students, cheapest first, then the lead.</summary>
    public required IReadOnlyList<TierManifest> Tiers { get; init; }

    /// <summary>How inputs are shortened before the models read them, as <see cref="Pipelines.InputCompression"/> says; <c>none</c> leaves it to the task.</summary>
    public string Compression { get; init; } = "none";

    /// <summary>How the texts were shortened that its lead learned from, in the same words; null for not at all.</summary>
    public string? LearnedCompression { get; init; }

    /// <summary>What goes ahead of a lead that writes, as <see cref="SpeculationNames"/> says; it changes time, never texts.</summary>
    public string Speculation { get; init; } = SpeculationNames.All;

    /// <summary>Who has the last word: <c>last</c>, the last tier that was asked; or <c>average</c>, <c>vote</c> or <c>stack</c> of all that were.</summary>
    public string Ensemble { get; init; } = Ensembles.Ensemble.Last;

    /// <summary>What was fitted for <c>average</c> and <c>stack</c>; the others have none.</summary>
    public EnsembleParameters? EnsembleParameters { get; init; }

    /// <summary>Of the file the thresholds were chosen on; empty when it is not kept.</summary>
    public string CalibrationSha256 { get; init; } = "";

    /// <summary>What was measured on held-out data, as the maker of the release wrote it.</summary>
    public JsonObject Metrics { get; init; } = [];

    public IReadOnlyList<ReleaseFile> Files { get; init; } = [];
}
