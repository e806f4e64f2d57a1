using Understudy.Inference.Pipelines;

namespace Understudy.Api.Infer;

/// <summary>The answers to a request that came with <c>inputs</c>, in their order.</summary>
public sealed record InferResponse(IReadOnlyList<Answer> Answers);
