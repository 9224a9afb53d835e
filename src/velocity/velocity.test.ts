import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { Native, parseTemplate, RenderError, render, TemplateSyntaxError, type Value } from "./index.ts"

const VARIABLES = (): Map<string, Value> =>
  new Map<string, Value>([
    ["a", "x"],
    ["n", 7],
    ["empty", ""],
    ["no", false],
    ["list", [1, { k: "v" }, "t"]],
    ["map", { b: "c", deep: { d: [1, 2] }, "with blank": true }],
    [
      "host",
      new Native({ say: ([word], textOf) => `said ${textOf(word)}`, nothing: () => undefined }, { name: "host" }),
    ],
  ])

const rendered = (template: string): string => render(parseTemplate(template), VARIABLES())

const RENDERED: readonly (readonly [template: string, text: string])[] = [
  ["plain { text } of 5$ and #1", "plain { text } of 5$ and #1"],
  ["$a ${a}y $!a $!{a} $a.", "x xy x x x."],
  ["$b ${b} $!b|$!{b}|$b.c.d(1)[0]|$a.nothing()", "$b ${b} ||$b.c.d(1)[0]|$a.nothing()"],
  ["\\$a \\\\$a \\\\\\$a \\$b \\\\$b", "$a \\x \\$a \\$b \\\\$b"],
  ["$map.b $map['b'] $map.get('b') $map.deep.d[1] $map[\"with blank\"]", "c c c 2 true"],
  ["$list[0] $list.get(2) $list.size() $list[9]|$list[-1]", "1 t 3 $list[9]|t"],
  ["$map", "{b=c, deep={d=[1,2]}, with blank=true}"],
  ["$list", '[1,{"k":"v"},"t"]'],
  ["#set($l = [1, 'b', $a])$l #set($m = {'k': 1, \"$a\": [2]})$m", "[1, b, x] {k=1, x=[2]}"],
  [
    "$host.say('hi') $host.say() $host.name $host.nothing() $host.other()",
    "said hi said  host $host.nothing() $host.other()",
  ],
  ["#set($x = 1)$x#set($x = $gone)$x", "11"],
  [
    "#set($map.b = 2)$map.b#set($map.gone.c = 1)#set($map['__proto__'] = 3)$map.get('__proto__')$map.polluted",
    "23$map.polluted",
  ],
  ["#set( $x = \"$a and ${a}b\" )$x#set($y = '$a')$y", "x and xb$a"],
  ['#set($q = "say ""hi""")$q#set($q = \'it\'\'s\')$q', 'say "hi"it\'s'],
  [
    "#if($a)yes#end#if($gone)yes#{else}no#end#if($empty)empty#end#if($no)#elseif($n == 7)seven#else other#end",
    "yesnoemptyseven",
  ],
  ["#if($a == 'x' && $n > 6 and !$no)1#end#if($n < 7 || $n le 7)2#end#if($n != 7 or $gone)3#end", "12"],
  [
    "#if($n == '7')1#end#if($gone == $lost)2#end#if($a != $gone)3#end#if($list.isEmpty())4#end#if(not $empty.isEmpty())5#end",
    "123",
  ],
  [
    "#set($x = 1 + 2 * 3 - -1)$x #set($x = (1 + 2) * 3)$x #set($x = 7 / 2)$x #set($x = 7.0 / 2.5)$x #set($x = 7 % 4)$x",
    "8 9 3 2.8 3",
  ],
  ["#set($x = 1 / 0)$x #set($x = $a + 'y')$x #set($x = -$n)$x", "$x xy -7"],
  [
    "#foreach($i in [1..3])$i#if($foreach.hasNext),#end#end#foreach($i in [2..1])$foreach.index$foreach.count$velocityCount#end$i",
    "1,2,3011122$i",
  ],
  [
    "#foreach($k in $map.keySet())$k;#end#foreach($v in $map.deep)$v#end#foreach($e in $map.deep.entrySet())$e.key=$e.value $e.getKey()#end",
    "b;deep;with blank;[1,2]d=[1,2] d",
  ],
  ["#foreach($i in [1..5])#if($i == 3)#break#end$i#end|#foreach($i in $gone)x#end", "12|"],
  ["#foreach($i in [1, 2])#foreach($j in [1, 2])$i$j$foreach.parent.count #end#end", "111 121 212 222 "],
  ["a#stop b", "a"],
  ["a## comment\nb#* block\n *#c#[[ $a #if ]]#d", "ab" + "c $a #if d"],
  ["#set($x = 1)\n#if($x == 1)\n yes\n#end\nend", " yes\nend"],
  ["#macro(twice $what)$what$what#end#twice('ab') #twice($a) #unknown($a) #name", "abab xx #unknown($a) #name"],
  ["#define($d)<$a>#end$d#set($a = 'y')$d", "<x><y>"],
  ["#set($Integer = 0)$Integer.parseInt('12') $n.toString().length() $no.equals(false)", "12 1 true"],
  ["\\#set($x = 1)", "#set($x = 1)"],
  [
    "$a.toUpperCase() $a.concat('y').length() $a.equals('x') $a.startsWith('x') $a.indexOf('q') $empty.empty",
    "X 2 true true -1 true",
  ],
  [
    "$a.replaceAll(\"x\",\"\\\\'\") #set($t = 'a,b;c')#foreach($p in $t.split('[,;]'))<$p>#end $t.substring(2) $t.substring(0, 1)",
    "\\' <a><b><c> b;c a",
  ],
  [
    "$a.replace('x', '$1') #set($s = \"it\\'s\")$s.replaceAll(\"\\\\'\",\"'\") $t.matches('a')",
    "$1 it's $t.matches('a')",
  ],
  [
    "#set($l = [])#set($ok = $l.add('p'))#set($ok = $l.add(0, 'o'))$l $l.contains('p') $l.remove(0) $l",
    "[o, p] true o [p]",
  ],
  [
    "#set($m = {})$m.put('k', 1)$!m.put('k', 2)$m.k$m.containsKey('k')$m.size()#set($gone = $m.remove('k'))$m.isEmpty()",
    "$m.put('k', 1)12true1true",
  ],
  ['{"x": #if($n)$n#else null#end}', '{"x": 7}'],
  ["$list.size()#set($x = $list.size() > 2)$x", "3true"],
  ["$", "$"],
  ["#", "#"],
  ["${a $!{ $!", "${a $!{ $!"],
]

for (const [template, text] of RENDERED)
  test(`${template.slice(0, 90)} is ${text.slice(0, 40)}`, () => assert.equal(rendered(template), text))

for (const template of [
  "#if($a)",
  "#end",
  "#else",
  "#set($a)",
  "#set(a = 1)",
  "#set($a = )",
  "#set($a = 'x)",
  "#foreach($a)#end",
  "#if()#end",
  "$a[",
  "$a.b(",
  "#[[ x",
  "#* x",
  `#set($a = ${"(".repeat(500)}1${")".repeat(500)})`,
  `#set($a = 1${" + 1".repeat(2_000)})`,
  "#if(1)".repeat(500) + "#end".repeat(500),
])
  test(`${template.slice(0, 40)} is no template`, () =>
    assert.throws(() => parseTemplate(template), TemplateSyntaxError))

/** A loop that has a text of half a megabyte. */
const LONG = '#set($x = "xxxxxxxx")#foreach($i in [1..16])#set($x = "$x$x")#end#foreach($i in [1..1000])'

for (const [name, template] of [
  ["loops in loops", "#foreach($a in [1..1000])#foreach($b in [1..1000])x#end#end"],
  ["a long range", "#foreach($a in [1..1000000000])x#end"],
  ["a text that doubles", '#set($x = "xxxxxxxx")#foreach($i in [1..100])#set($x = "$x$x")#end'],
  ["a text that is joined to itself", '#set($x = "xxxxxxxx")#foreach($i in [1..1000])#set($x = $x.concat($x))#end'],
  ["replacements that grow", '#set($x = "aaaa")#foreach($i in [1..100])#set($x = $x.replaceAll("a", "aaaaaaaa"))#end'],
  ["a value within itself", "#set($m = {})#set($m.m = $m)$m"],
  ["one value often", '#set($m = {})#foreach($i in [1..100])#set($n = {"a": $m, "b": $m})#set($m = $n)#end$m'],
  ["a list that is added to itself", '#set($l = ["x"])#foreach($i in [1..100])#set($q = $l.addAll($l))#end'],
  ["a macro that calls itself", "#macro(m)#m()#end#m()"],
  ["a definition that prints itself", "#define($d)$d#end$d"],
  ["a long text that is searched again and again", `${LONG}#set($n = $x.indexOf("y") + $x.lastIndexOf("y"))#end`],
  ["a long text that is held against an expression again and again", `${LONG}#set($n = $x.matches("y"))#end`],
  ["an expression that is none", '$a.replaceAll("(", "x")'],
  ["a look behind", '$a.matches("(?<=a)b")'],
  ["a place that is not there", "$a.substring(5)"],
] as const)
  test(`${name} is stopped`, () => assert.throws(() => rendered(template), RenderError))

test("a pattern that would take for ever takes no time", () => {
  assert.equal(rendered(`#set($x = "${"a".repeat(50_000)}")$x.matches("(a+)+b")`), "false")
})

test("a loop goes a thousand rounds", () => {
  assert.equal(rendered("#foreach($i in [1..5000])x#end").length, 1000)
})

const PIECES = [
  "$",
  "#",
  "{",
  "}",
  "(",
  ")",
  "[",
  "]",
  ".",
  '"',
  "'",
  "\\",
  "!",
  "a",
  "set",
  "if",
  "else",
  "end",
  "foreach",
  "in",
  "=",
  "==",
  ",",
  "..",
  "1",
  " ",
  "\n",
  "##",
  "#*",
  "*#",
  "get",
  "size",
  "map",
  "list",
]

test("any text is a template, or is said not to be one; and renders, or is stopped", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 3 })), { maxLength: 60 }),
      (pieces) => {
        try {
          const text = rendered(pieces.join(""))
          assert.equal(typeof text, "string")
        } catch (error) {
          assert.ok(error instanceof TemplateSyntaxError || error instanceof RenderError, String(error))
        }
      },
    ),
    { numRuns: 3000 },
  ))
