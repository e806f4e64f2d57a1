using System.Text.Json;

namespace Understudy.Inference.Decoding;

/// <summary>What the files of the Hugging Face tools say about a model; they lie beside it or one folder up.</summary>
internal static class ModelConfiguration
{
    private const string Config = "config.json", Generation = "generation_config.json";

    private static readonly string[] TokenCounts = ["max_position_embeddings", "n_positions", "n_ctx"];

    /// <summary>The longest sequence that the model was trained on; null where no file says it.</summary>
    /// <param name="path">The model's.</param>
    public static int? TrainedTokens(string path) => Read(path, Config)
        .SelectMany(config => TokenCounts.Select(name => config.TryGetProperty(name, out var value) ? Whole(value) : null))
        .FirstOrDefault(count => count > 0);

    /// <summary>The tokens of <c>eos_token_id</c>, which end an answer; none where no file names one that the model's tokenizer has.</summary>
    /// <param name="path">The model's.</param>
    /// <param name="vocabulary">Tokens of the tokenizer.</param>
    public static int[] EndTokens(string path, int vocabulary) => Read(path, Generation).Concat(Read(path, Config))
        .Select(config => config.TryGetProperty("eos_token_id", out var value) ? Ids(value, vocabulary) : [])
        .FirstOrDefault(ids => ids.Length > 0, []);

    private static int[] Ids(JsonElement value, int vocabulary) =>
        [.. (value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().AsEnumerable() : [value]).Select(Whole).OfType<int>().Where(id => (uint)id < (uint)vocabulary).Distinct()];

    private static int? Whole(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var whole) ? whole : null;

    private static IEnumerable<JsonElement> Read(string path, string name)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return ((string[])[Path.Combine(folder, name), Path.Combine(folder, "..", name)]).Where(File.Exists).Select(Parsed).OfType<JsonElement>();
    }

    /// <summary>Null for a damaged file, which says no more than a missing one.</summary>
    private static JsonElement? Parsed(string file)
    {
        try
        {
            using var config = JsonDocument.Parse(File.ReadAllBytes(file));
            return config.RootElement.ValueKind == JsonValueKind.Object ? config.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
