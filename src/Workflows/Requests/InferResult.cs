using Understudy.Inference.Pipelines;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Requests;

/// <summary>The answers of an <c>infer</c> workflow, in the order of its inputs.</summary>
public sealed record InferResult(Claim<IReadOnlyList<Answer>> Answers, bool Single);
