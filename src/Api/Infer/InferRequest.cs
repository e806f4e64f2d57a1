using Understudy.Inference.Pipelines;

namespace Understudy.Api.Infer;

/// <summary>A checked request.</summary>
/// <param name="Inputs">At least one; ids are their positions.</param>
/// <param name="Single">True when it came as <c>input</c>.</param>
internal sealed record InferRequest(IReadOnlyList<InferenceInput> Inputs, bool Single);
