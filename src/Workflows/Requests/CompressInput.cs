using Understudy.Inference.Pipelines;
using Understudy.Workflows.Blobs;

namespace Understudy.Workflows.Requests;

internal sealed record CompressInput(string Task, string Release, Claim<IReadOnlyList<InferenceInput>> Inputs);
