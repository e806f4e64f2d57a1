using System.ComponentModel.DataAnnotations;

namespace Understudy.Workflows.Limits;

/// <summary>What a caller may ask for at once; section <c>Limits</c> of the configuration, validated on start.</summary>
public sealed class UnderstudyLimits
{
    public const string Section = "Limits";

    /// <summary>Characters that count as one token where a length is judged before any tokenizer has run.</summary>
    public const int CharactersPerToken = 4;

    /// <summary>The largest request body, in bytes.</summary>
    [Range(1024, 64 * 1024 * 1024)]
    public int BodyBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>The longest single input, in tokens, judged as characters / <see cref="CharactersPerToken"/>.</summary>
    [Range(1, 1024 * 1024)]
    public int InputTokens { get; set; } = 32 * 1024;

    /// <summary>Inputs in one <c>infer</c> request.</summary>
    [Range(1, 10_000)]
    public int InputsPerRequest { get; set; } = 256;

    /// <summary>
    /// Seconds that a request with an idempotency key waits for its run, and a cancelling one for the run's end; whoever would wait longer gets 202 and where to ask.
    /// Azure's front end ends a call after 230.
    /// </summary>
    [Range(0.01, 86_400)]
    public double WaitSeconds { get; set; } = 200;

    /// <summary>Records in one batch.</summary>
    [Range(1, 10_000_000)]
    public int BatchRecords { get; set; } = 10_000;

    /// <summary>The largest report of hard examples that is taken from an edge site, in bytes: it is read whole.</summary>
    [Range(1024, 1024 * 1024 * 1024)]
    public int ReportBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// Records that one shard of a batch carries at most: a unit of work that is done again after a crash. There are fewer where the lead would take long
    /// for them, 256 at most where that is not known or it is behind an endpoint.
    /// </summary>
    [Range(1, 4096)]
    public int ShardRecords { get; set; } = 1024;

    /// <summary>Shards of one batch that are worked on at the same time.</summary>
    [Range(1, 64)]
    public int ShardsInFlight { get; set; } = 2;

    /// <summary>The longest single input, in UTF-16 characters.</summary>
    public int InputCharacters => InputTokens * CharactersPerToken;
}
