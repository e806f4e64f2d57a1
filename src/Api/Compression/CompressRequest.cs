using System.Text.Json;
using Understudy.Inference.OpenAi;
using Understudy.Inference.PromptCompression;

namespace Understudy.Api.Compression;

/// <summary>A checked request.</summary>
/// <param name="Prompt">Null where there are turns.</param>
/// <param name="Turns">A conversation; null where there is a prompt.</param>
/// <param name="Messages">The conversation as it was sent.</param>
internal sealed record CompressRequest(PromptParts? Prompt, IReadOnlyList<ChatTurn>? Turns, CompressionOptions Options, IReadOnlyList<JsonElement>? Messages = null);
