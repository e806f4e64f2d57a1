using Understudy.Inference.Pipelines;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Requests;

/// <summary>What an <c>infer</c> workflow depends on, frozen when it starts.</summary>
/// <param name="Task">The task.</param>
/// <param name="Release">The version that answers, whatever is promoted meanwhile.</param>
/// <param name="Inputs">The inputs.</param>
/// <param name="RequestHash">SHA-256 of the request, so that an idempotency key with another request is noticed.</param>
/// <param name="Single">True when the caller sent one input rather than a list.</param>
/// <param name="Store">Whether the lead's answers may be kept as lessons.</param>
/// <param name="Verify">Whether the lead is asked about every input.</param>
public sealed record InferRun(
    string Task, string Release, Claim<IReadOnlyList<InferenceInput>> Inputs, string RequestHash, bool Single, bool Store = true, bool Verify = false);
