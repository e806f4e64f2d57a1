using System.Reflection;
using System.Runtime.Loader;
using Microsoft.Extensions.Configuration;
using Understudy.Workflows.Durable;

namespace Understudy.Functions.Conformance;

/// <summary>
/// The suites that the setting <c>Conformance__Assembly</c> names by the path of their assembly; none without it, as in production. Thread-safe.
/// </summary>
public sealed class ConformanceGroup(IConfiguration configuration)
{
    public const string Setting = "Conformance:Assembly";

    private readonly Lazy<IConformanceSuites?> _suites = new(() => configuration[Setting] is { Length: > 0 } path ? Load(path) : null);

    /// <exception cref="InvalidOperationException">The setting names no assembly with suites.</exception>
    public IConformanceSuites? Suites => _suites.Value;

    public WorkflowRegistry AddTo(WorkflowRegistry registry)
    {
        Suites?.AddTo(registry);
        return registry;
    }

    private static IConformanceSuites Load(string path)
    {
        try
        {
            var resolver = new AssemblyDependencyResolver(Path.GetFullPath(path));
            AssemblyLoadContext.Default.Resolving += (context, name) => resolver.ResolveAssemblyToPath(name) is { } found ? context.LoadFromAssemblyPath(found) : null;
            var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
            var suites = assembly.GetExportedTypes().Single(type => type.IsClass && type.IsAssignableTo(typeof(IConformanceSuites)));
            return (IConformanceSuites)Activator.CreateInstance(suites)!;
        }
        catch (Exception error) when (error is IOException or BadImageFormatException or InvalidOperationException or ReflectionTypeLoadException)
        {
            throw new InvalidOperationException(
                $"{Setting.Replace(":", "__", StringComparison.Ordinal)} names '{path}', which is no assembly with the port's suites: {error.Message} Name the built Understudy.Conformance.Tests.dll, or remove the setting.", error);
        }
    }
}
