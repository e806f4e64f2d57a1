using System.Text.Json;

namespace Understudy.Infrastructure.Tests;

/// <summary>A compiled Bicep file: every resource of every module.</summary>
internal sealed class ArmTemplate
{
    private static readonly Lazy<ArmTemplate> CompiledMain = new(() => Compile("main.bicep"));
    private static readonly Lazy<ArmTemplate> CompiledEdgeSite = new(() => Compile("edge-site.bicep"));

    private readonly Dictionary<string, JsonElement> _modules = new(StringComparer.Ordinal);
    private readonly List<(string Module, JsonElement Resource)> _resources = [];

    private ArmTemplate(JsonElement root)
    {
        Root = root;
        Read("main", root);
    }

    public static ArmTemplate Main => Of(CompiledMain);

    public static ArmTemplate EdgeSite => Of(CompiledEdgeSite);

    public JsonElement Root { get; }

    /// <summary>Templates by the symbol that main.bicep gives the module.</summary>
    public IReadOnlyDictionary<string, JsonElement> Modules => _modules;

    public IEnumerable<JsonElement> Resources(string type)
        => _resources.Select(r => r.Resource).Where(r => r.GetProperty("type").GetString()!.Equals(type, StringComparison.OrdinalIgnoreCase));

    public JsonElement Only(string type) => Assert.Single(Resources(type));

    public IEnumerable<string> Types => _resources.Select(r => r.Resource.GetProperty("type").GetString()!).Distinct();

    private static ArmTemplate Of(Lazy<ArmTemplate> compiled)
    {
        Bicep.SkipWhereItCannotRun();
        return compiled.Value;
    }

    private static ArmTemplate Compile(string file)
    {
        var (exitCode, output, diagnostics) = Bicep.Run("build", file, "--stdout");
        Assert.True(exitCode == 0, diagnostics);
        return new(JsonDocument.Parse(output).RootElement);
    }

    private void Read(string module, JsonElement template)
    {
        _modules.Add(module, template);
        foreach (var (symbol, resource) in Named(template.GetProperty("resources")))
        {
            if (resource.GetProperty("type").GetString() == "Microsoft.Resources/deployments")
            {
                Read(symbol, resource.GetProperty("properties").GetProperty("template"));
            }
            else if (!(resource.TryGetProperty("existing", out var existing) && existing.GetBoolean()))
            {
                _resources.Add((module, resource));
            }
        }
    }

    private static IEnumerable<(string Symbol, JsonElement Resource)> Named(JsonElement resources)
        => resources.ValueKind is JsonValueKind.Object
            ? resources.EnumerateObject().Select(p => (p.Name, p.Value))
            : resources.EnumerateArray().Select(r => (r.GetProperty("name").GetString()!, r));
}
