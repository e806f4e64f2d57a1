namespace Understudy.Functions.Tests.StandIns;

/// <summary>The golden signature text: each type's full name and its members, one normalised line each.</summary>
internal sealed class ApiText
{
    private readonly Dictionary<string, ApiSection> _sections = new(StringComparer.Ordinal);

    public static ApiText Load()
    {
        var text = new ApiText();
        foreach (var resource in new[] { "functions-api.txt", "functions-api-mentioned.txt" })
        {
            using var reader = new StreamReader(typeof(ApiText).Assembly.GetManifestResourceStream(resource)!);
            text.Read(reader.ReadToEnd());
        }

        return text;
    }

    public ApiSection? Find(string type) => _sections.GetValueOrDefault(type);

    private void Read(string text)
    {
        ApiSection? section = null;
        foreach (var line in text.Split('\n').Select(l => l.TrimEnd()).Where(l => l.Length > 0))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = ApiSection.Parse(line[3..]);
                _sections.Add(section.Type, section);
            }
            else if (section is not null && line.StartsWith("  ", StringComparison.Ordinal))
            {
                section.Add(line.Trim());
            }
        }
    }
}
