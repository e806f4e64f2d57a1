using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Understudy.Functions.Http;

namespace Understudy.Functions.Tests;

/// <summary>The functions of the app, found as the Functions SDK finds them.</summary>
internal static class FunctionCatalog
{
    public static IReadOnlyList<(string Name, MethodInfo Method)> All { get; } =
    [
        .. from type in typeof(HttpFunctions).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           select (function.Name, method),
    ];

    public static IEnumerable<(string Name, MethodInfo Method, T Trigger)> TriggeredBy<T>()
        where T : Attribute
        => from function in All
           from parameter in function.Method.GetParameters()
           let trigger = parameter.GetCustomAttribute<T>()
           where trigger is not null
           select (function.Name, function.Method, trigger);
}
