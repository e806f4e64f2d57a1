using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.DurableTask;

namespace Understudy.Functions.Tests.StandIns;

public class StandInsTests
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly ApiText Golden = ApiText.Load();

    public static TheoryData<string> StandIns => [.. typeof(TaskOrchestrationContext).Assembly.GetExportedTypes().Select(t => t.FullName!)];

    public static TheoryData<string> Attributes
        => [.. typeof(TaskOrchestrationContext).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Attribute))).Select(t => t.FullName!)];

    [Theory]
    [MemberData(nameof(StandIns))]
    public void StandIn_EachMember_IsOneOfTheRealPackages(string name)
    {
        var type = typeof(TaskOrchestrationContext).Assembly.GetType(name, throwOnError: true)!;
        var section = SectionOf(type);
        Assert.True(section is not null, $"{name} is not a type of the real packages.");

        var signature = new ApiSignature(section.StatesNullability);
        var unknown = Members(type).Select(signature.Of).Where(s => !section.Members.Contains(s)).ToList();

        Assert.True(unknown.Count == 0, $"{name} has members that the real type lacks:\n  {string.Join("\n  ", unknown)}\nThe real ones:\n  {string.Join("\n  ", section.Members)}");
    }

    [Theory]
    [MemberData(nameof(StandIns))]
    public void StandIn_ItsModifiers_AreTheRealOnes(string name)
    {
        var type = typeof(TaskOrchestrationContext).Assembly.GetType(name, throwOnError: true)!;
        var section = SectionOf(type)!;

        Assert.Equal(section.IsAbstract, type is { IsAbstract: true, IsSealed: false, IsInterface: false });
        if (section.StatesNullability && type.IsClass && !type.IsAbstract)
        {
            Assert.Equal(section.IsSealed, type.IsSealed);
        }
    }

    [Theory]
    [MemberData(nameof(Attributes))]
    public void StandIn_AnAttribute_GoesWhereTheRealOneGoes(string name)
    {
        var type = typeof(TaskOrchestrationContext).Assembly.GetType(name, throwOnError: true)!;

        var usage = type.GetCustomAttribute<AttributeUsageAttribute>()!;

        Assert.Contains($"[AttributeUsage({usage.ValidOn}, AllowMultiple={usage.AllowMultiple}, Inherited={usage.Inherited})]", SectionOf(type)!.Members);
    }

    private static ApiSection? SectionOf(Type type)
        => Golden.Find(type.IsGenericType ? $"{type.FullName![..type.FullName!.IndexOf('`', StringComparison.Ordinal)]}<T>" : type.FullName!);

    /// <summary>What a caller of the type can see, less what the compiler writes into records by itself.</summary>
    private static IEnumerable<MemberInfo> Members(Type type) => type.GetMembers(Declared).Where(m => m switch
    {
        Type => false,
        _ when m.IsDefined(typeof(CompilerGeneratedAttribute)) => false,
        ConstructorInfo c => c.IsPublic || c.IsFamily,
        MethodInfo method => (method.IsPublic || method.IsFamily) && !method.IsSpecialName,
        PropertyInfo p => p.GetMethod is { IsPublic: true } or { IsFamily: true } && p.Name != "EqualityContract",
        FieldInfo f => f is { IsPublic: true, IsSpecialName: false },
        _ => false,
    });
}
