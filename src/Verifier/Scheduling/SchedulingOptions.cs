using System.ComponentModel.DataAnnotations;

namespace Understudy.Verifier.Scheduling;

/// <summary>How requests share the machine; section <c>Scheduling</c> of the configuration, validated on start.</summary>
internal sealed class SchedulingOptions
{
    public const string Section = "Scheduling";

    /// <summary>Passes of a model that may run at the same time. One pass uses all cores by itself; more pay only where there are many.</summary>
    [Range(1, 256)]
    public int Lanes { get; set; } = 1;

    /// <summary>Requests that take turns; each holds a cache of keys and values.</summary>
    [Range(1, 4096)]
    public int Running { get; set; } = 4;

    /// <summary>Requests that wait for a place among those; beyond them a request is turned away.</summary>
    [Range(0, 65_536)]
    public int Waiting { get; set; } = 32;

    /// <summary>Open <c>Verify</c> streams; each holds a cache of keys and values.</summary>
    [Range(1, 4096)]
    public int Streams { get; set; } = 16;

    /// <summary>A <c>Verify</c> stream that brings nothing for so long is ended.</summary>
    [Range(1, 86_400)]
    public int StreamIdleSeconds { get; set; } = 60;

    /// <summary>Tokens of a prompt that are read in one turn.</summary>
    [Range(16, 65_536)]
    public int PromptTokensPerTurn { get; set; } = 256;

    /// <summary>Whether drafts go ahead of the models. The answers are the same.</summary>
    public bool Speculate { get; set; } = true;

    /// <summary>What running requests get to finish in when the service is told to stop.</summary>
    [Range(0, 3600)]
    public int DrainSeconds { get; set; } = 30;

    /// <summary>How long at least the service answers its probe with 503 before it stops listening, so that a load balancer sees it.</summary>
    [Range(0, 600)]
    public int DrainDelaySeconds { get; set; }
}
