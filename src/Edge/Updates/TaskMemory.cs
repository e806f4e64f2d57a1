using Understudy.Inference.Sites;

namespace Understudy.Edge.Updates;

/// <summary>What the agent must not forget of a task.</summary>
internal sealed record TaskMemory
{
    /// <summary>The highest pointer that was carried out or refused for good; lower ones are old.</summary>
    public long Sequence { get; init; }

    /// <summary>The address of the package that serves; null for none.</summary>
    public string? Current { get; init; }

    /// <summary>What served before it, to go back to; null also for what the site was led back from.</summary>
    public string? Previous { get; init; }

    public SiteRefusal? Refusal { get; init; }

    public SelfTestResult? SelfTest { get; init; }

    /// <summary>What was brought of an update that broke off and is taken up again; null for none.</summary>
    public BrokenOff? BrokenOff { get; init; }

    public long BytesSent { get; init; }

    public long BytesFull { get; init; }

    public int Reads { get; init; }

    /// <summary>Whether nothing has happened that anybody is told of: what an update has cost so far is told when it is over.</summary>
    public bool IsAs(TaskMemory other) => this with { BrokenOff = null } == other with { BrokenOff = null };
}
