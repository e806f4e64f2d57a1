using Understudy.Inference.Pipelines;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Requests;

/// <param name="MayWait">Whether inputs that find the lead away may stay open.</param>
/// <param name="LeavesOpen">Whether inputs that nobody answers stay open where none may: what the others were answered is kept, and the run asks again. False in a program of before.</param>
/// <param name="Store">Whether the lead's answers may be kept as lessons.</param>
/// <param name="Verify">Whether the lead is asked about every input.</param>
internal sealed record StageInput(
    string Task, string Release, Claim<IReadOnlyList<PipelineItem>> Items, bool MayWait = false, bool Store = true, bool Verify = false, bool LeavesOpen = false);
