using System.Text.Json;

namespace Understudy.Api.Compression;

/// <summary>What became of a prompt.</summary>
/// <param name="Prompt">The prompt to send, as one text; null for a conversation.</param>
/// <param name="Messages">The conversation to send, each message as it was sent but for the content that was shortened; null for a prompt.</param>
/// <param name="Documents">For each document of the prompt its place in the request, from 0; null for a conversation.</param>
/// <param name="TokensBefore">Of the whole prompt, counted in the vocabulary <c>cl100k_base</c>.</param>
/// <param name="TokensAfter">The same of what is to be sent.</param>
/// <param name="Yielded">Why it was left as it is; null when it was compressed.</param>
/// <param name="Milliseconds">What compressing took.</param>
internal sealed record CompressResponse(
    string? Prompt, IReadOnlyList<JsonElement>? Messages, IReadOnlyList<int>? Documents, int TokensBefore, int TokensAfter, string? Yielded, double Milliseconds);
