using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Understudy.Functions.Http;

namespace Understudy.Infrastructure.Tests;

/// <summary>One parameter has all that answers outlive the loss of a zone, and the estimate pays for it.</summary>
public partial class ZonesTests
{
    [Fact]
    public void ZoneRedundant_SpreadsTheAppTheDataAndTheContainers()
    {
        var resources = ArmTemplate.Main.Root.GetProperty("resources");
        string Given(string to, string name) => resources.GetProperty(to).GetProperty("properties").GetProperty("parameters").GetProperty(name).GetProperty("value").GetString()!;

        Assert.All(["Microsoft.Web/serverfarms", "Microsoft.App/managedEnvironments"], type =>
            Assert.Equal("[parameters('zoneRedundant')]", ArmTemplate.Main.Only(type).GetProperty("properties").GetProperty("zoneRedundant").GetString()));
        Assert.All(["app", "containers"], module => Assert.Equal("[parameters('zoneRedundant')]", Given(module, "zoneRedundant")));
        Assert.Equal("[if(parameters('zoneRedundant'), createObject('value', 'Standard_ZRS'), createObject('value', parameters('redundancy')))]",
            resources.GetProperty("storage").GetProperty("properties").GetProperty("parameters").GetProperty("redundancy").GetString());
    }

    [Fact]
    public void Production_HasABackendThatOutlivesAZone()
        => Assert.True(Production.GetProperty("zoneRedundant").GetProperty("value").GetBoolean() && !Production.TryGetProperty("durableBackend", out _)); // the account; no scheduler as it is deployed

    [Fact]
    public void Estimate_CountsTheInstancesThatAreReadyInProduction()
    {
        var asked = Production.GetProperty("alwaysReady").GetProperty("value").EnumerateObject().ToDictionary(group => group.Name, group => group.Value.GetInt32());
        var least = Production.GetProperty("zoneRedundant").GetProperty("value").GetBoolean() ? 2 : 0;
        var ready = Groups().ToDictionary(group => group, group => Math.Max(least, asked.GetValueOrDefault(group)));
        var estimate = Default().Matches(File.ReadAllText(Path.Combine(Bicep.Folder, "..", "cost.sh"))).ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));

        Assert.Equal((ready["http"], ready.Values.Sum()), (estimate["HTTP_READY"], estimate["ALWAYS_READY"]));
    }

    private static JsonElement Production
    {
        get
        {
            Bicep.SkipWhereItCannotRun();
            using var built = JsonDocument.Parse(Bicep.Run("build-params", "main.prod.bicepparam", "--stdout").Output);
            using var parameters = JsonDocument.Parse(built.RootElement.GetProperty("parametersJson").GetString()!);
            return parameters.RootElement.GetProperty("parameters").Clone();
        }
    }

    /// <summary>What Flex Consumption scales together: functions of a kind for three kinds, any other by itself.</summary>
    private static IEnumerable<string> Groups() =>
        (from type in typeof(HttpFunctions).Assembly.GetTypes()
         from method in type.GetMethods()
         let function = method.GetCustomAttribute<FunctionAttribute>()
         where function is not null
         let trigger = method.GetParameters().SelectMany(parameter => parameter.GetCustomAttributes()).Single(attribute => attribute.GetType().Name.EndsWith("TriggerAttribute", StringComparison.Ordinal))
         select trigger switch
         {
             HttpTriggerAttribute => "http",
             OrchestrationTriggerAttribute or ActivityTriggerAttribute => "durable",
             BlobTriggerAttribute => "blob",
             _ => function.Name,
         }).Distinct();

    [GeneratedRegex("\\{(HTTP_READY|ALWAYS_READY):=([0-9]+)\\}")]
    private static partial Regex Default();
}
