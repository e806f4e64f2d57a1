namespace Understudy.Inference.Sites;

/// <summary>What a site says of a task, in <see cref="SiteFolder.StatusBlob"/>; each report takes the place of the one before.</summary>
public sealed record SiteStatus
{
    public required string Site { get; init; }

    public required string Task { get; init; }

    /// <summary>The release that serves; null for none.</summary>
    public string? Version { get; init; }

    /// <summary>The address of its package.</summary>
    public string? Package { get; init; }

    /// <summary>The highest pointer that was carried out or refused.</summary>
    public long Sequence { get; init; }

    /// <summary>The last thing that was refused; it stays until something newer serves.</summary>
    public SiteRefusal? Refusal { get; init; }

    public SelfTestResult? SelfTest { get; init; }

    /// <summary>What the last update brought over the line, pointers and list included, with attempts before it that broke off.</summary>
    public long BytesSent { get; init; }

    /// <summary>What the same update would have been from nothing: its pointers, its list and its files.</summary>
    public long BytesFull { get; init; }

    /// <summary>Reads of storage for the last update.</summary>
    public int Reads { get; init; }

    /// <summary>What the release has done since it serves.</summary>
    public SiteCounts Counts { get; init; } = new();

    public DateTimeOffset At { get; init; }
}
