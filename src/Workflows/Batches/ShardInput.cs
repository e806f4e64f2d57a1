namespace Understudy.Workflows.Batches;

/// <summary>One shard's step.</summary>
/// <param name="Folder">Where the steps of this batch leave their blobs in <c>work</c>.</param>
/// <param name="AfterVerify">True when the lead has been asked before.</param>
/// <param name="MayWait">Whether records that find the lead away may stay open.</param>
/// <param name="LeavesOpen">Whether records that nobody answers stay open where none may: what the others were answered is kept, and the run asks again. False in a program of before.</param>
/// <param name="Store">Whether the lead's answers may be kept as lessons.</param>
/// <param name="AtOnce">Whether the first step answers what students are sure of; in runs of version 2 and before the last step answers all.</param>
internal sealed record ShardInput(
    BatchInput Batch, Shard Shard, string Folder, bool AfterVerify = false, bool MayWait = false, bool Store = true, bool AtOnce = false, bool LeavesOpen = false)
{
    /// <summary>What students answered, a line a record; an empty one where the lead is asked.</summary>
    public string Answered => $"{Folder}/{Shard.Index:D5}.answered.jsonl";

    /// <summary>The records that the lead is asked about, as the step before left them.</summary>
    public string Latest => AfterVerify ? Verified : Items;

    public string Items => $"{Folder}/{Shard.Index:D5}.items.jsonl";

    public string Verified => $"{Folder}/{Shard.Index:D5}.verified.jsonl";

    /// <summary>The answers to <see cref="Latest"/>, and an empty line for each that has none. Where they are not all of the shard's they have another name, so that a program of before does not take them for that.</summary>
    public string Results => $"{Folder}/{Shard.Index:D5}.{(AtOnce ? "judged" : "results")}.jsonl";

    /// <summary>Lines that could not be read, and those that nobody answers.</summary>
    public string Quarantined => $"{Folder}/{Shard.Index:D5}.quarantine.jsonl";
}
