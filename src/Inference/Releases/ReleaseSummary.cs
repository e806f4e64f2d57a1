using System.Text.Json.Nodes;
using Understudy.Inference.Tasks;

namespace Understudy.Inference.Releases;

/// <summary>A release as a list shows it; read from its manifest without opening its models.</summary>
public sealed record ReleaseSummary
{
    public required string Task { get; init; }

    public required string Version { get; init; }

    /// <summary>The SHA-256 of its manifest.</summary>
    public string Address { get; init; } = "";

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The channels that point to it.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>The names of its tiers, the lead last.</summary>
    public IReadOnlyList<string> Tiers { get; init; } = [];

    public Guarantee? Guarantee { get; init; }

    public ThresholdReport? Thresholds { get; init; }

    public JsonObject? Metrics { get; init; }

    /// <summary>Why its manifest could not be read or is not trusted; <see langword="null"/> when it could.</summary>
    public string? Problem { get; init; }
}
