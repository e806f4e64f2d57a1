using Understudy.Inference.Pipelines;

namespace Understudy.Edge.Serving;

/// <summary>A checked request.</summary>
/// <param name="Task">Whose release answers.</param>
/// <param name="Inputs">At least one; ids are their positions.</param>
/// <param name="Single">True when it came as <c>input</c>.</param>
internal sealed record InferCall(string Task, IReadOnlyList<InferenceInput> Inputs, bool Single);
