namespace Understudy.Workflows.Batches;

/// <summary>One shard's step.</summary>
/// <param name="Folder">Where the steps of this batch leave their blobs in <c>work</c>.</param>
/// <param name="AfterVerify">True for the last step when the lead has been asked.</param>
internal sealed record ShardInput(BatchInput Batch, Shard Shard, string Folder, bool AfterVerify = false)
{
    public string Items => $"{Folder}/{Shard.Index:D5}.items.jsonl";

    public string Verified => $"{Folder}/{Shard.Index:D5}.verified.jsonl";

    public string Results => $"{Folder}/{Shard.Index:D5}.results.jsonl";

    public string Quarantined => $"{Folder}/{Shard.Index:D5}.quarantine.jsonl";
}
