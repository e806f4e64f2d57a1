namespace Understudy.LocalHost.Durable;

/// <summary>How the embedded durable engine runs.</summary>
public sealed class EmbeddedDurableOptions
{
    /// <summary>The SQLite file that holds every instance; created with its folder when missing.</summary>
    public string DatabasePath { get; set; } = ".understudy/workflows.db";

    /// <summary>Activities that run at the same time; at least 1.</summary>
    public int MaxConcurrentActivities { get; set; } = 4 * Environment.ProcessorCount;

    /// <summary>Instances kept in memory between two of their events; the others are replayed from history when something happens to them.</summary>
    public int MaxCachedInstances { get; set; } = 1_000;

    /// <summary>What a committed step survives.</summary>
    public Durability Durability { get; set; } = Durability.ProcessCrash;

    /// <summary>Happenings that one transaction takes at most; at least 1.</summary>
    internal int MaxBatch { get; set; } = 512;

    /// <summary>Called on the engine's thread around each commit with the number of the commit, from 1. Tests crash the engine here.</summary>
    internal Action<CommitPoint, long>? OnCommit { get; set; }
}
