using System.Text.Encodings.Web;
using System.Text.Json;

namespace Understudy.Inference.OpenAi;

/// <summary>How OpenAI's API writes JSON.</summary>
public static class OpenAiJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it is served as JSON, never inside a page
    };

    /// <summary>Any of the API's objects, with all that its own type has.</summary>
    public static string Write(object data) => JsonSerializer.Serialize(data, data.GetType(), Options);
}
