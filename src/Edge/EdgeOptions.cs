using System.ComponentModel.DataAnnotations;

namespace Understudy.Edge;

/// <summary>How an agent works; section <c>Edge</c> of the configuration, validated on start.</summary>
internal sealed class EdgeOptions
{
    public const string Section = "Edge";

    /// <summary>A connection string, or the address of a storage account that the agent's identity may use.</summary>
    public string? Storage { get; set; }

    /// <summary>Instead: the container <c>edge</c> with a token that may read the site's folder, and no more.</summary>
    public Uri? FolderUrl { get; set; }

    /// <summary>Instead: the container <c>edge-reports</c> with a token that may add to the site's folder.</summary>
    public Uri? ReportsUrl { get; set; }

    /// <summary>The tasks that are taken, separated by commas; empty for every task that is sent.</summary>
    public string Tasks { get; set; } = "";

    /// <summary>Between two looks into the folder.</summary>
    [Range(0.05, 24 * 3600)]
    public double PollSeconds { get; set; } = 30;

    /// <summary>Between two reports when nothing has happened.</summary>
    [Range(0.05, 24 * 3600)]
    public double ReportSeconds { get; set; } = 300;

    /// <summary>The Api in the cloud, which is asked what no student is sure of; empty: it is not asked.</summary>
    public Uri? CloudUrl { get; set; }

    /// <summary>The Api's key; empty for one without.</summary>
    public string? CloudKey { get; set; }

    /// <summary>What the cloud may take to answer one request; where it takes longer, the next ones ask about fewer inputs.</summary>
    [Range(0.1, 600)]
    public double CloudSeconds { get; set; } = 10;

    /// <summary>How long the cloud is left alone after it did not answer.</summary>
    [Range(0, 3600)]
    public double CloudPauseSeconds { get; set; } = 30;

    /// <summary>The most bytes of hard examples that go up in a day (UTC); 0 for none.</summary>
    [Range(0, long.MaxValue)]
    public long UploadBytesPerDay { get; set; } = 1024 * 1024;

    /// <summary>Inputs that may wait on the disk; the least hard of more are let go.</summary>
    [Range(0, 1_000_000)]
    public int QueueEntries { get; set; } = 10_000;

    /// <summary>The least share of samples that a new release must judge here as it did where its package was made.</summary>
    [Range(0, 1)]
    public double SelfTestAgreement { get; set; } = 0.95;

    /// <summary>The last inputs that the error rate is taken over.</summary>
    [Range(5, 100_000)]
    public int ErrorWindow { get; set; } = 50;

    /// <summary>Above this share of errors among them a release is taken back.</summary>
    [Range(0, 1)]
    public double MaxErrorRate { get; set; } = 0.2;

    /// <summary>The largest request body, in bytes.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int BodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Inputs in one request.</summary>
    [Range(1, 10_000)]
    public int InputsPerRequest { get; set; } = 256;

    /// <summary>The longest input, in UTF-16 characters.</summary>
    [Range(1, 64 * 1024 * 1024)]
    public int InputCharacters { get; set; } = 1024 * 1024;

    public IReadOnlyList<string> TaskNames => Tasks.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public bool Takes(string task) => TaskNames is not { Count: > 0 } taken || taken.Contains(task);
}
